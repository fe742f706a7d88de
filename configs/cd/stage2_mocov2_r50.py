_base_ = './stage2_r50.py'

model = dict(stage1_checkpoint='work_dirs/stage1_mocov2_r50/epoch_49.pth')
