_base_ = ['./stage2_vits.py', '../_base_/encoders/dinov2_vits14_reg.py']

model = dict(
    stage1_checkpoint='work_dirs/stage1_vits_reg/epoch_49.pth',
    backbone_2d=_base_.encoder,
    projector_3d=dict(out_channels=_base_.encoder_width))
