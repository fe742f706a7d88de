_base_ = '../table_7/dinov2plus_vits.py'

train_cfg = dict(max_epochs=25)
