_base_ = ['./stage1_vits.py', '../_base_/encoders/clip_vitb16.py']

model = dict(
    data_preprocessor=_base_.image_statistics,
    backbone_2d=dict(checkpoint=_base_.encoder_checkpoint, **_base_.encoder),
    projector_3d=dict(out_channels=_base_.encoder_width))
