_base_ = '../../slidr/benchmarks/semantickitti_ft1_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/st_slidr_minkunet34/epoch_50.pth')))
train_cfg = dict(max_epochs=50, val_interval=50)
# Its own code fine-tunes at 0.02 here, too.
optim_wrapper = dict(
    optimizer=dict(lr=0.02), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=100.0))))
