_base_ = '../../slidr/benchmarks/nuscenes_lp_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/olivine_minkunet34/epoch_50.pth')))
train_cfg = dict(max_epochs=50, val_interval=50)
