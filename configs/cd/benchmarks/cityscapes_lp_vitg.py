_base_ = ['./cityscapes_lp_vits.py', '../../_base_/encoders/dinov2_vitg14.py']

model = dict(
    backbone=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_vitg/epoch_1.pth'), **_base_.encoder),
    neck=dict(channels=_base_.encoder_width),
    decode_head=dict(in_channels=_base_.encoder_width, channels=_base_.encoder_width))
