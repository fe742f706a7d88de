_base_ = './semantickitti_ft5_slidr.py'

# One rate for everything, as published for 1 % of nuScenes.
model = dict(backbone_3d=dict(init_cfg=None))
optim_wrapper = dict(optimizer=dict(lr=0.05), paramwise_cfg=dict(_delete_=True))
