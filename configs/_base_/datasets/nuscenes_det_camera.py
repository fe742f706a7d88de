# Boxes in the six cameras of a keyframe, as PETR augments them: zoom, cut and flip of the images,
# rotation and scale of the scene. The official detection metric reads the whole val split.
custom_imports = dict(imports=['mmcrossdistill.evaluation.detection'])
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (512, 1408)
box_range = [-51.2, -51.2, -5.0, 51.2, 51.2, 3.0]
classes = [
    'car', 'truck', 'trailer', 'bus', 'construction_vehicle', 'bicycle', 'motorcycle',
    'pedestrian', 'traffic_cone', 'barrier'
]

train_pipeline = [
    dict(type='LoadBoxes'),
    dict(type='CropBoxesToRange', box_range=box_range),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='ZoomCropImages', size=image_size, zoom_range=(0.8, 1.0), flip_prob=0.5),
    dict(type='RandomRotateZ', max_angle=0.3925),
    dict(type='RandomScalePoints', ratio=0.05),
    dict(type='PackMultiViewInputs')
]
val_pipeline = [
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='ZoomCropImages', size=image_size),
    dict(type='PackMultiViewInputs')
]
train_dataloader = dict(
    batch_size=1,
    num_workers=4,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_train.pkl',
        metainfo=dict(classes=classes),
        with_instances=True,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        ann_file='nuscenes_infos_val.pkl',
        metainfo=dict(classes=classes),
        with_instances=True,
        pipeline=val_pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(
    type='NuScenesDetectionMetric',
    data_root=data_root,
    ann_file=data_root + 'nuscenes_infos_val.pkl',
    # Of the submission's header.
    modality=dict(
        use_camera=True, use_lidar=False, use_radar=False, use_map=False, use_external=False))
test_evaluator = val_evaluator
