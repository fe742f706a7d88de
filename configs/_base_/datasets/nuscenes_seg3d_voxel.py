_base_ = './nuscenes_seg3d.py'

# SLidR's pipeline: the whole cloud, no scaling, no thinning; every point is scored.
train_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPointLabels'),
    dict(type='RandomRotateZ'),
    dict(type='RandomFlipPoints', prob=0.5, mode='independent'),
    dict(type='PackDistillInputs')
]
val_pipeline = [
    dict(type='LoadPoints'),
    dict(type='LoadPointLabels'),
    dict(type='PackDistillInputs')
]
train_dataloader = dict(batch_size=16, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = val_dataloader
# The mean over all 16 classes, at night too.
val_evaluator = dict(excluded=dict(_delete_=True))
test_evaluator = val_evaluator
