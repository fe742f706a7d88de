_base_ = './depth_lp_vits.py'

model = dict(freeze_backbone=False)
optim_wrapper = dict(optimizer=dict(lr=2e-5))
