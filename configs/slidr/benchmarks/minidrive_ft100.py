_base_ = './minidrive_ft5.py'

# All 120 clouds; as many steps as with the 6, of twice as many clouds.
train_dataloader = dict(batch_size=4, dataset=dict(fraction=1.0))
train_cfg = dict(max_epochs=6, val_interval=6)
