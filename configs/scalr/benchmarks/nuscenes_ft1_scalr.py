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
train_dataloader = dict(dataset=dict(fraction=0.01))
