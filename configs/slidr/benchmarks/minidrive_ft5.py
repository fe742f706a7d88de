_base_ = './minidrive_lp.py'

# Every 20th of 60 scenes: 6 clouds.
model = dict(freeze_backbone=False)
train_dataloader = dict(batch_size=2, dataset=dict(fraction=0.05))
optim_wrapper = dict(
    optimizer=dict(lr=1e-3), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=10.0))))
train_cfg = dict(max_epochs=100, val_interval=100)
