_base_ = '../../slidr/benchmarks/nuscenes_ft5_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/olivine_minkunet34/epoch_50.pth')))
optim_wrapper = dict(
    optimizer=dict(lr=0.05), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=40.0))))
train_cfg = dict(max_epochs=50, val_interval=50)
