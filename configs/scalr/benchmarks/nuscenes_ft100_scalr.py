_base_ = [
    '../../_base_/models/seg3d_linear.py',
    '../../_base_/datasets/nuscenes_seg3d_all_points.py',
    '../../_base_/schedules/scalr_seg3d_ft.py', '../../_base_/default_runtime.py'
]

model = dict(
    freeze_backbone=False,
    backbone_3d=dict(
        drop_path=0.2,
        init_cfg=dict(checkpoint='work_dirs/scalr_waffleiron_vitl/epoch_25.pth')))
# 25 epochs, 2 of them warm-up, 0.99 from block to block.
optim_wrapper = dict(paramwise_cfg=dict(layer_decay=0.99))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0, begin=2, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=25, val_interval=25)
