_base_ = '../stage2_vits.py'

model = dict(
    stage1_checkpoint='work_dirs/stage1_2d_head_vits/epoch_49.pth',
    projector_2d=dict(type='MapProjector', in_channels=384, out_channels=768),
    projector_3d=None)
