_base_ = [
    '../../_base_/models/seg3d_voxel.py', '../../_base_/datasets/nuscenes_seg3d_voxel.py',
    '../../_base_/schedules/slidr_seg3d_ft_100e.py', '../../_base_/default_runtime.py'
]

model = dict(freeze_backbone=False)
train_dataloader = dict(dataset=dict(fraction=0.1))
