_base_ = '../stage2_vits.py'

model = dict(stage1_checkpoint='work_dirs/stage1_thin1/epoch_49.pth')
pipeline = [
    _base_.train_pipeline[0],
    dict(type='CorruptPoints', corruption='density_decrease', severity=1),
    *_base_.train_pipeline[1:]
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
