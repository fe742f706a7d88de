_base_ = './minidrive_depth_lp.py'

model = dict(freeze_backbone=False, cache_features=False)
optim_wrapper = dict(optimizer=dict(lr=1e-4))
