# Panoptic nuScenes by CSC's pipeline: the whole cloud, turned and flipped; 8 clouds per step. Every
# point is scored, with objects of 15 points and more.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPanopticLabels'),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
    dict(type='PackDistillInputs')
]
val_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPanopticLabels'),
    dict(type='PackDistillInputs')
]
loader = dict(num_workers=8, collate_fn=dict(type='pseudo_collate'))
train_dataloader = dict(
    **loader,
    batch_size=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        pipeline=train_pipeline))
val_dataloader = dict(
    **loader,
    batch_size=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_val.pkl',
        pipeline=val_pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(type='PanopticMetric', num_classes=16, min_points=15)
test_evaluator = val_evaluator
