# Segmentation of images from projected lidarseg labels (paper App. C.3): every camera is a sample,
# 224x448, no augmentation, batch 4. Of the points that share a pixel of the resized image the
# nearest gives the label.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 448)

pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPointLabels'),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='ResizeImages', size=image_size),
    dict(type='CorrespondencePipeline', nearest_per_pixel=True, with_labels=True),
    dict(type='PackDistillInputs')
]
train_dataloader = dict(
    batch_size=4,
    num_workers=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        view_mode='per_view',
        pipeline=pipeline))
val_dataloader = dict(
    batch_size=8,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_val.pkl',
        view_mode='per_view',
        pipeline=pipeline,
        test_mode=True))
test_dataloader = val_dataloader
# 13 classes count at night (App. C.3).
val_evaluator = dict(
    type='ConditionSegMetric',
    num_classes=16,
    excluded=dict(night=['bus', 'trailer', 'construction_vehicle']))
test_evaluator = val_evaluator
