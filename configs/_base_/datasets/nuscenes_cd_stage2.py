# CD stage 2: keyframes of every condition. The paper lists point augmentation for stage 1 only, so
# the points stay as they are. 32 samples per step in all: 8 on each of 4 GPUs. Not derived from
# nuscenes_cd_stage1.py, which would leave no level of inheritance for the rows of the tables.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 448)
point_range = (-64, -64, -8, 64, 64, 8)

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='VoxelDownsample', voxel_size=0.1, pick='random'),
    dict(type='SelectViews', num_views=1),
    dict(type='LoadImages'),
    dict(type='CorrespondencePipeline', min_depth=1.0, pixel_rounding='floor'),
    dict(type='LimitPoints', max_points=20000),
    dict(type='ResizeImages', size=image_size),
    dict(type='CropPointsToRange', point_range=point_range),
    dict(type='FindNeighbors', num_neighbors=16),
    dict(type='PackDistillInputs')
]
# No persistent_workers, see nuscenes_cd_stage1.py.
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        pipeline=train_pipeline))
