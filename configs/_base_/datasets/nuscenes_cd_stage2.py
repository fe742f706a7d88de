_base_ = './nuscenes_cd_stage1.py'

# CD stage 2: keyframes of every condition. The paper lists point augmentation for stage 1 only, so
# the points stay as they are. 32 samples per step in all: 8 on each of 4 GPUs.
train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='VoxelDownsample', voxel_size=0.1, pick='random'),
    dict(type='SelectViews', num_views=1),
    dict(type='LoadImages'),
    dict(type='CorrespondencePipeline', min_depth=1.0, pixel_rounding='floor'),
    dict(type='LimitPoints', max_points=20000),
    dict(type='ResizeImages', size=_base_.image_size),
    dict(type='CropPointsToRange', point_range=_base_.point_range),
    dict(type='FindNeighbors', num_neighbors=16),
    dict(type='PackDistillInputs')
]
train_dataloader = dict(
    batch_size=8, dataset=dict(conditions=None, pipeline=train_pipeline))
