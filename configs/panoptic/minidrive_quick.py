_base_ = './minidrive_ft5_random.py'

# All 18 training frames of the tiny world, a few times: does it run?
train_dataloader = dict(dataset=dict(split=None, fraction=1.0))
train_cfg = dict(max_epochs=5, val_interval=5)
