_base_ = './stage2_multi_vitl.py'

model = dict(stage1_checkpoint='work_dirs/stage1_multi_clear_vitl/epoch_49.pth')
