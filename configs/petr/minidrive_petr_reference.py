_base_ = './minidrive_petr.py'

model = dict(
    backbone_2d=dict(init_cfg=dict(checkpoint='work_dirs/minidrive_reference/epoch_8.pth')))
