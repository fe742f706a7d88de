_base_ = '../minidrive_stage2.py'

model = dict(stage1_checkpoint='work_dirs/minidrive_stage1_noise1/epoch_8.pth')
pipeline = [
    _base_.train_pipeline[0],
    dict(type='CorruptPoints', corruption='gaussian_noise', severity=1),
    *_base_.train_pipeline[1:]
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
