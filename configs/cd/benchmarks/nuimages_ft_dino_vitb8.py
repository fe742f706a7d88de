_base_ = ['./nuimages_ft_vits.py', '../../_base_/encoders/dino_vitb8.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_dino_vitb8/epoch_1.pth'), **_base_.encoder))
