_base_ = './minidrive_ft5_random.py'

# The tiny world, its 12 labelled training frames of all splits but the unlabelled: does it run?
train_dataloader = dict(dataset=dict(split=None, fraction=1.0))
train_cfg = dict(max_epochs=10, val_interval=10)
