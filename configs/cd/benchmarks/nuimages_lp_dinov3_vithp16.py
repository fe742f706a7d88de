_base_ = ['./nuimages_lp_vits.py', '../../_base_/encoders/dinov3_vithp16.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_dinov3_vithp16/epoch_1.pth'), **_base_.encoder))
