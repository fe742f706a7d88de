# KITTI, Eigen's split with the improved ground truth, in the toolbox' layout and with its crops.
data_root = 'data/kitti_depth/'
data_prefix = dict(img='input', depth='gt_depth')

train_pipeline = [
    dict(type='LoadImages'),
    dict(type='LoadDepthMap', scale=256),
    dict(type='CropBottomCenter', size=(352, 1216)),
    dict(type='RandomRotateFrame', prob=0.5, degree=2.5),
    dict(type='RandomFlipFrame', prob=0.5),
    dict(type='RandomCropFrame', size=(352, 704)),
    dict(type='RandomColor', prob=0.5, brightness=(0.9, 1.1)),
    dict(type='PackDepthInputs')
]
test_pipeline = [
    dict(type='LoadImages'),
    dict(type='LoadDepthMap', scale=256),
    dict(type='CropBottomCenter', size=(352, 1216)),
    dict(type='PackDepthInputs')
]
train_dataloader = dict(
    batch_size=16,
    num_workers=8,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='DepthFilesDataset',
        data_root=data_root,
        data_prefix=data_prefix,
        ann_file='kitti_eigen_train.txt',
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='DepthFilesDataset',
        data_root=data_root,
        data_prefix=data_prefix,
        ann_file='kitti_eigen_test.txt',
        pipeline=test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(type='DepthMapMetric', crop='garg', min_depth=1e-3, max_depth=80)
test_evaluator = val_evaluator
