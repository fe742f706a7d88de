_base_ = '../minidrive_stage1.py'

pipeline = [
    _base_.train_pipeline[0],
    dict(type='CorruptPoints', corruption='gaussian_noise', severity=2),
    *_base_.train_pipeline[1:]
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
