# Depth of the front camera at the LiDAR points (paper App. C.3): 224x448, no augmentation,
# batch 16. Points are projected into the full image, where md4all evaluates; then pairs move with
# the resize.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 448)

pipeline = [
    dict(type='LoadPoints'),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='CorrespondencePipeline', nearest_per_pixel=True),
    dict(type='ResizeImages', size=image_size),
    dict(type='PackDistillInputs')
]
train_dataloader = dict(
    batch_size=16,
    num_workers=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        view_mode='per_view',
        views=['CAM_FRONT'],
        pipeline=pipeline))
val_dataloader = dict(
    batch_size=16,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_val.pkl',
        view_mode='per_view',
        views=['CAM_FRONT'],
        pipeline=pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(type='ConditionDepthMetric', min_depth=0.1, max_depth=80)
test_evaluator = val_evaluator
