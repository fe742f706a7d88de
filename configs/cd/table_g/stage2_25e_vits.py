_base_ = '../stage2_vits.py'

train_cfg = dict(max_epochs=25)
