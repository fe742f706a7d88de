_base_ = ['./stage1_vits.py', '../_base_/encoders/dinov2_vitg14.py']

model = dict(
    backbone_2d=dict(checkpoint=_base_.encoder_checkpoint, **_base_.encoder),
    projector_3d=dict(out_channels=_base_.encoder_width))
