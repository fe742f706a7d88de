# Segmentation on nuImages (paper App. C.3): 11 classes, 224x448, no augmentation, batch 24. Labels
# are resized to the image and scored there.
data_root = 'data/nuimages/'

pipeline = [
    dict(type='LoadImages'),
    dict(type='LoadLabelMap'),
    dict(type='ResizeImages', size=(224, 448)),
    dict(type='PairLabelledPixels'),
    dict(type='PackDistillInputs')
]
train_dataloader = dict(
    batch_size=24,
    num_workers=8,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='NuImagesDataset',
        data_root=data_root,
        ann_file='nuimages_infos_train.pkl',
        pipeline=pipeline))
val_dataloader = dict(
    batch_size=24,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='NuImagesDataset',
        data_root=data_root,
        ann_file='nuimages_infos_val.pkl',
        pipeline=pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(type='ConditionSegMetric', num_classes=11)
test_evaluator = val_evaluator
