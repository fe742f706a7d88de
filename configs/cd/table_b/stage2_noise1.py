_base_ = '../stage2_vits.py'

model = dict(stage1_checkpoint='work_dirs/stage1_noise1/epoch_49.pth')
pipeline = [
    _base_.train_pipeline[0],
    dict(type='CorruptPoints', corruption='gaussian_noise', severity=1),
    *_base_.train_pipeline[1:]
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
