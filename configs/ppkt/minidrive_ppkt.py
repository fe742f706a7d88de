_base_ = '../slidr/minidrive_slidr.py'

model = dict(
    type='PPKT',
    num_pairs=4096,
    pooler=dict(_delete_=True, type='CorrespondencePooler'),
    head=dict(loss=dict(normalize=True)))
train_pipeline = [
    step for step in _base_.train_pipeline if step['type'] != 'LoadSuperpixels'
]
train_dataloader = dict(dataset=dict(region_folder=None, pipeline=train_pipeline))
