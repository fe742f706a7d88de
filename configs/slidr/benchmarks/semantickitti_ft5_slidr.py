_base_ = [
    '../../_base_/models/seg3d_voxel.py', '../../_base_/datasets/semantickitti_seg3d_voxel.py',
    '../../_base_/schedules/slidr_seg3d_ft_100e.py', '../../_base_/default_runtime.py'
]

# SLidR adds 1 to the remission. 0.05 for the network, 2.0 for the new layer.
model = dict(
    num_classes=19,
    freeze_backbone=False,
    data_preprocessor=dict(intensity_mean=-1.0, same_intensity=False))
train_dataloader = dict(dataset=dict(fraction=0.05))
optim_wrapper = dict(
    optimizer=dict(lr=0.05), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=40.0))))
auto_scale_lr = dict(base_batch_size=10)
