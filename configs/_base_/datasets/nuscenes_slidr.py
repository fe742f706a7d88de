# SLidR on nuScenes: keyframes of 600 training scenes with all six cameras, in the order and with
# the parameters of its code. 4 samples per step. The superpixels are written by
# tools/preprocess/superpixels.py --method slic.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'
image_size = (224, 416)

train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='SelectViews', num_views='all'),
    dict(type='LoadImages'),
    dict(type='LoadSuperpixels'),
    # Points that no camera sees stay: they are context for the network.
    dict(
        type='CorrespondencePipeline',
        min_depth=1.0,
        pixel_rounding='round',
        keep_visible_points=False),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
    dict(type='DropCuboids', max_share=0.2, min_pairs=1024),
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
        pipeline=train_pipeline))
