_base_ = './minidrive_seg3d.py'

# The network and the new layers learn at one rate, as on nuScenes.
optim_wrapper = dict(optimizer=dict(lr=4e-3))
train_cfg = dict(max_epochs=60, val_interval=60)
