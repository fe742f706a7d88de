_base_ = ['./nuimages_lp_vits.py', '../../_base_/encoders/dinov2_vitl14_reg.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_vitl_reg/epoch_1.pth'), **_base_.encoder))
