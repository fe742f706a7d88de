_base_ = ['./stage1_vits.py', '../_base_/encoders/dinov3_vithp16.py']

model = dict(
    backbone_2d=dict(checkpoint=_base_.encoder_checkpoint, **_base_.encoder),
    projector_3d=dict(out_channels=_base_.encoder_width))
