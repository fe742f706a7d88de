_base_ = ['./nuimages_lp_vits.py', '../../_base_/encoders/dinov2_vitb14.py']

model = dict(
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_vitb/epoch_1.pth'), **_base_.encoder))
