_base_ = [
    '../../_base_/models/seg3d_voxel.py', '../../_base_/datasets/nuscenes_seg3d_voxel.py',
    '../../_base_/schedules/slidr_seg3d_100e.py', '../../_base_/default_runtime.py'
]

# Table 1: 600 scenes for training, the 100 that were kept aside for validation.
train_dataloader = dict(dataset=dict(split='parametrizing'))
val_dataloader = dict(dataset=dict(ann_file='nuscenes_infos_train.pkl', split='verifying'))
test_dataloader = val_dataloader
