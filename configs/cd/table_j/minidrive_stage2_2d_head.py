_base_ = '../minidrive_stage2.py'

model = dict(
    stage1_checkpoint='work_dirs/minidrive_stage1_2d_head/epoch_8.pth',
    projector_2d=dict(type='MapProjector', in_channels=128, out_channels=64),
    projector_3d=None)
