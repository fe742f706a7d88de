_base_ = ['./nuimages_ft_vits.py', '../../_base_/encoders/dinov2_vitg14_reg.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_vitg_reg/epoch_1.pth'), **_base_.encoder))
