# CD stage 1 on nuScenes: day-clear keyframes, one random camera each, in ScaLR's order and with
# ScaLR's parameters. 8 samples per step in all: 2 on each of 4 GPUs.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 448)
point_range = (-64, -64, -8, 64, 64, 8)

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='VoxelDownsample', voxel_size=0.1, pick='random'),
    dict(type='SelectViews', num_views=1),
    dict(type='LoadImages'),
    # ScaLR puts a pair on the whole pixel of the full image, then scales it.
    dict(type='CorrespondencePipeline', min_depth=1.0, pixel_rounding='floor'),
    dict(type='LimitPoints', max_points=20000),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=2 / 3, mode='one_axis'),
    dict(type='RandomScalePoints', ratio=0.1),
    dict(type='ResizeImages', size=image_size),
    dict(type='CropPointsToRange', point_range=point_range),
    dict(type='FindNeighbors', num_neighbors=16),
    dict(type='PackDistillInputs')
]
# Workers are started anew each epoch (no persistent_workers): their random streams then depend on
# the seed alone, and a resumed run draws what the uninterrupted one draws.
train_dataloader = dict(
    batch_size=2,
    num_workers=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        conditions=['day-clear'],
        pipeline=train_pipeline))
