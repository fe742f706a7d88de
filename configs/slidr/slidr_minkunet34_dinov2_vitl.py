_base_ = ['./slidr_minkunet34_dinov2_vits.py', '../_base_/encoders/dinov2_vitl14.py']

model = dict(
    backbone_2d=dict(checkpoint=_base_.encoder_checkpoint, **_base_.encoder),
    projector_2d=dict(in_channels=_base_.encoder_width))
