# Segmentation of points from lidarseg labels: ScaLR's linear probe (batch 8, no images). Scored are
# the points that the 0.1 m voxels keep.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
point_range = (-64, -64, -8, 64, 64, 8)

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPointLabels'),
    dict(type='VoxelDownsample', voxel_size=0.1, pick='random'),
    dict(type='LimitPoints', max_points=20000),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=2 / 3, mode='one_axis'),
    dict(type='RandomScalePoints', ratio=0.1),
    dict(type='CropPointsToRange', point_range=point_range),
    dict(type='FindNeighbors', num_neighbors=16),
    dict(type='PackDistillInputs')
]
val_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPointLabels'),
    dict(type='VoxelDownsample', voxel_size=0.1, pick='first'),
    dict(type='CropPointsToRange', point_range=point_range),
    dict(type='FindNeighbors', num_neighbors=16),
    dict(type='PackDistillInputs')
]
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
val_dataloader = dict(
    batch_size=4,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_val.pkl',
        pipeline=val_pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(
    type='ConditionSegMetric',
    target='points',
    num_classes=16,
    excluded=dict(night=['bus', 'trailer', 'construction_vehicle']))
test_evaluator = val_evaluator
