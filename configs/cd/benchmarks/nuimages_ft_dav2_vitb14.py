_base_ = ['./nuimages_ft_vits.py', '../../_base_/encoders/dav2_vitb14.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_dav2_vitb14/epoch_1.pth'), **_base_.encoder))
