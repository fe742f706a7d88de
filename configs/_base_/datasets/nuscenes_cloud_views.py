# Two views of every keyframe's scan, augmented as SLidR augments clouds.
dataset_type = 'PairedImageLidarDataset'
data_root = 'data/nuscenes/'

train_pipeline = [
    dict(type='LoadPoints'),
    dict(
        type='TwoCloudViews',
        transforms=[
            dict(type='RandomRotateZ'),
            dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
            dict(type='DropCuboids', max_share=0.2)
        ]),
    dict(type='PackCloudViews')
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
        pipeline=train_pipeline))
