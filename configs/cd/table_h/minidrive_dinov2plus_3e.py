_base_ = '../minidrive_dinov2plus.py'

# The paper has 25; three, as in minidrive_stage2_3e.py of Table G.
epochs = 3
train_cfg = dict(max_epochs=_base_.train_cfg.max_epochs * epochs)
param_scheduler = [
    dict(part, begin=part['begin'] * epochs, end=part['end'] * epochs)
    for part in _base_.param_scheduler
]
