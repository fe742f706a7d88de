# CMCR on nuScenes: SLidR's keyframes, cameras and augmentation without superpixels and dropped
# cuboids; OLIVINE's labels, half of the patches hidden, 2000 places per scene. 4 samples per step
# and GPU. Not derived from nuscenes_slidr.py, which would leave no level of inheritance for the
# rows of the tables. The labels are written by tools/preprocess/weak_labels.py.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 416)
point_range = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0)

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='LoadWeakLabels', num_classes=17),
    # Points that no camera sees stay: they are context for the network.
    dict(
        type='CorrespondencePipeline',
        min_depth=1.0,
        pixel_rounding='round',
        keep_visible_points=False,
        with_pixel_labels=True),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
    dict(type='CropPointsToRange', point_range=point_range),
    dict(type='CropResizeImages', size=image_size),
    dict(type='RandomFlipImages', prob=0.5),
    dict(type='MaskImages', patch_size=16, share=0.5),
    dict(type='SampleOccupancyQueries', num_queries=2000, radius=1.0),
    dict(type='PackDistillInputs')
]
# For rows without L_kl.
unlabelled_pipeline = [
    dict(step, **dict(with_pixel_labels=False) if 'with_pixel_labels' in step else {})
    for step in train_pipeline if step['type'] != 'LoadWeakLabels'
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
        label_folder='weak_labels/seem',
        pipeline=train_pipeline))
