_base_ = [
    '../../_base_/models/seg3d_linear.py',
    '../../_base_/datasets/nuscenes_seg3d_all_points.py',
    '../../_base_/schedules/slidr_seg3d_100e.py', '../../_base_/default_runtime.py'
]

# 20 epochs, 2 of them warm-up.
model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/scalr_waffleiron_vitl/epoch_25.pth')))
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-3, weight_decay=0.003))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=2, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=20, val_interval=20)
auto_scale_lr = dict(base_batch_size=8)
