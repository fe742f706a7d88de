_base_ = ['./stage2_vits.py', '../_base_/encoders/clip_vitb16.py']

model = dict(
    stage1_checkpoint='work_dirs/stage1_clip_vitb16/epoch_49.pth',
    data_preprocessor=_base_.image_statistics,
    backbone_2d=_base_.encoder,
    projector_3d=dict(out_channels=_base_.encoder_width))
