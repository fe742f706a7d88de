_base_ = '../minidrive_stage1.py'

# 2.6 times the keyframes of the clear days: fewer epochs, so that both runs have as many steps.
# In the paper both have 49 epochs, and all data are 1.4 times the clear days.
train_dataloader = dict(dataset=dict(conditions=None))
train_cfg = dict(max_epochs=3)
