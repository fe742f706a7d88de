_base_ = [
    '../_base_/models/depth_contrast_minkunet.py', '../_base_/datasets/nuscenes_cloud_views.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

optim_wrapper = dict(optimizer=dict(lr=0.12, dampening=0))
auto_scale_lr = dict(base_batch_size=16)
