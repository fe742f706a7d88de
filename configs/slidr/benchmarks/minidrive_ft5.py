_base_ = [
    '../../_base_/models/seg3d_voxel_minidrive.py',
    '../../_base_/datasets/minidrive_seg3d_voxel.py',
    '../../_base_/schedules/minidrive_seg3d_ft.py', '../../_base_/default_runtime.py'
]

# Every 20th of 60 scenes: 6 clouds.
model = dict(freeze_backbone=False)
train_dataloader = dict(batch_size=2, dataset=dict(fraction=0.05))
