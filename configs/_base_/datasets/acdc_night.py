_base_ = 'mmseg::_base_/datasets/cityscapes.py'

# ACDC by condition, in its own layout and with Cityscapes' classes. mmseg has no defaults for it:
# its Cityscapes pipeline at ACDC's own size (1080x1920).
crop_size = (512, 1024)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='LoadAnnotations'),
    dict(type='RandomResize', scale=(1920, 1080), ratio_range=(0.5, 2.0), keep_ratio=True),
    dict(type='RandomCrop', crop_size=crop_size, cat_max_ratio=0.75),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
    dict(type='PackSegInputs')
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='LoadAnnotations'),
    dict(type='PackSegInputs')
]
train_dataloader = dict(
    dataset=dict(
        data_root='data/acdc/',
        img_suffix='_rgb_anon.png',
        seg_map_suffix='_gt_labelTrainIds.png',
        data_prefix=dict(img_path='rgb_anon/night/train', seg_map_path='gt/night/train'),
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        data_root='data/acdc/',
        img_suffix='_rgb_anon.png',
        seg_map_suffix='_gt_labelTrainIds.png',
        data_prefix=dict(img_path='rgb_anon/night/val', seg_map_path='gt/night/val'),
        pipeline=test_pipeline))
test_dataloader = val_dataloader
