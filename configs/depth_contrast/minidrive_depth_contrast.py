_base_ = [
    '../_base_/models/depth_contrast_minkunet.py', '../_base_/datasets/minidrive_cloud_views.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

# A queue that a few hundred clouds fill, and a key encoder that follows within that time.
model = dict(
    backbone_3d=dict(preset='tiny'), embed_dims=48, queue_size=512, momentum=0.99)
train_dataloader = dict(batch_size=8)
optim_wrapper = dict(optimizer=dict(lr=0.12, dampening=0))
train_cfg = dict(max_epochs=2)
param_scheduler = [
    dict(type='CosineAnnealingLR', eta_min=0, begin=0, convert_to_iter_based=True)
]
default_hooks = dict(logger=dict(interval=10))
