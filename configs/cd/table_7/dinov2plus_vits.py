_base_ = [
    '../../_base_/models/dinov2plus_vit.py', '../../_base_/datasets/nuscenes_cd_stage2.py',
    '../../_base_/schedules/dinov2plus.py', '../../_base_/default_runtime.py'
]

# The images of stage 2 without the LiDAR, cut as DINOv2 cuts them.
pipeline = [
    dict(type='SelectViews', num_views=1),
    dict(type='LoadImages'),
    dict(type='MultiCropImages', global_size=(224, 224), local_size=(98, 98), num_locals=8),
    dict(type='MaskGlobalCrops', patch_size=14),
    dict(type='PackMultiCropInputs')
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
