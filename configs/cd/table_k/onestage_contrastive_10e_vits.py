_base_ = './onestage_l2_vits.py'

model = dict(head=dict(loss=dict(_delete_=True, type='InfoNCELoss')))
epochs = 10
train_cfg = dict(max_epochs=_base_.train_cfg.max_epochs * epochs)
param_scheduler = [
    dict(part, begin=part['begin'] * epochs, end=part['end'] * epochs)
    for part in _base_.param_scheduler
]
