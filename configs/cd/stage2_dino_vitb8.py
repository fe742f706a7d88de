_base_ = ['./stage2_vits.py', '../_base_/encoders/dino_vitb8.py']

model = dict(
    stage1_checkpoint='work_dirs/stage1_dino_vitb8/epoch_49.pth',
    backbone_2d=_base_.encoder,
    projector_3d=dict(out_channels=_base_.encoder_width))
