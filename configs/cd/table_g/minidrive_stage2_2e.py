_base_ = '../minidrive_stage2.py'

# The paper has 25; two keep the ledger of claims within its time.
epochs = 2
train_cfg = dict(max_epochs=_base_.train_cfg.max_epochs * epochs)
param_scheduler = [
    dict(part, begin=part['begin'] * epochs, end=part['end'] * epochs)
    for part in _base_.param_scheduler
]
