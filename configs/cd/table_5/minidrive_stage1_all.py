_base_ = '../minidrive_stage1.py'

# About three times the keyframes of the clear days: a third of the epochs, so that neither run has
# more steps. In the paper both have 49 epochs, and all data are 1.4 times the clear days.
epochs = round(_base_.train_cfg.max_epochs / 3)
share = epochs / _base_.train_cfg.max_epochs
train_dataloader = dict(dataset=dict(conditions=None))
train_cfg = dict(max_epochs=epochs)
param_scheduler = [
    dict(part, begin=part['begin'] * share, end=part['end'] * share)
    for part in _base_.param_scheduler
]
