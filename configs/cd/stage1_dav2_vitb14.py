_base_ = ['./stage1_vits.py', '../_base_/encoders/dav2_vitb14.py']

model = dict(
    backbone_2d=dict(checkpoint=_base_.encoder_checkpoint, **_base_.encoder),
    projector_3d=dict(out_channels=_base_.encoder_width))
