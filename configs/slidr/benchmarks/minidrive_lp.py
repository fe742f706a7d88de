_base_ = [
    '../../_base_/models/seg3d_voxel_minidrive.py',
    '../../_base_/datasets/minidrive_seg3d_voxel.py',
    '../../_base_/schedules/minidrive_seg3d.py', '../../_base_/default_runtime.py'
]
