# Simple Remedies on nuScenes: beside the keyframe's cloud one of a sweep around it, each with an
# augmentation of its own, both paired with the keyframe's images; all else is SLidR's. The records
# are written by tools/preprocess/ppm.py. Not derived from nuscenes_slidr.py, which would leave no
# level of inheritance for the rows of the tables.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 416)

per_cloud = [
    dict(
        type='CorrespondencePipeline',
        min_depth=1.0,
        pixel_rounding='round',
        keep_visible_points=False),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
    dict(type='DropCuboids', max_share=0.2, min_pairs=1024)
]
train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadInterFrameCloud', alignment='ppm', record_folder=data_root + 'ppm'),
    dict(type='LoadImages'),
    dict(type='LoadSuperpixels'),
    dict(type='ForEachCloud', transforms=per_cloud),
    dict(type='CropResizeImages', size=image_size),
    dict(type='RandomFlipImages', prob=0.5),
    dict(type='PackDistillInputs')
]
# No persistent_workers, see nuscenes_cd_stage1.py.
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
        split='parametrizing',
        region_folder='superpixels/slic',
        with_sweeps=True,
        pipeline=train_pipeline))
