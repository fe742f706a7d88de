_base_ = '../stage1_vits.py'

train_dataloader = dict(dataset=dict(conditions=None))
