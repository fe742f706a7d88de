_base_ = '../table_7/dinov2plus_vits.py'

epochs = 25
train_cfg = dict(max_epochs=_base_.train_cfg.max_epochs * epochs)
param_scheduler = [
    dict(part, begin=part['begin'] * epochs, end=part['end'] * epochs)
    for part in _base_.param_scheduler
]
