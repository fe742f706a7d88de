_base_ = './minidrive_seg3d.py'

# Fine-tuning on the 6 clouds of 5 %: the network learns at a tenth of the head's rate.
optim_wrapper = dict(
    optimizer=dict(lr=1e-3), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=10.0))))
train_cfg = dict(max_epochs=60, val_interval=60)
