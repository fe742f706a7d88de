_base_ = './nuscenes_slidr.py'

# Two views of every keyframe's scan, augmented as SLidR augments clouds; no images.
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
train_dataloader = dict(dataset=dict(region_folder=None, pipeline=train_pipeline))
