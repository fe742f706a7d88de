_base_ = './kitti_depth.py'

# NYU Depth v2 in the toolbox' layout and with its crops; tested on whole images.
data_root = 'data/nyu/'
data_prefix = dict(img='', depth='')

train_pipeline = [
    dict(type='LoadImages'),
    dict(type='LoadDepthMap', scale=1000),
    dict(type='CropBox', rows=(45, 472), columns=(43, 608)),
    dict(type='RandomRotateFrame', prob=0.5, degree=2.5),
    dict(type='RandomFlipFrame', prob=0.5),
    dict(type='RandomCropFrame', size=(416, 544)),
    dict(type='RandomColor', prob=0.5, brightness=(0.75, 1.25)),
    dict(type='PackDepthInputs')
]
test_pipeline = [
    dict(type='LoadImages'),
    dict(type='LoadDepthMap', scale=1000),
    dict(type='PackDepthInputs')
]
train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=data_prefix,
        ann_file='nyu_train.txt',
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=data_prefix,
        ann_file='nyu_test.txt',
        pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(crop='eigen_nyu', max_depth=10)
test_evaluator = val_evaluator
