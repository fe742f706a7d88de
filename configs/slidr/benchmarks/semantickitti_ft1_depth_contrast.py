_base_ = './semantickitti_ft1_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/depth_contrast_minkunet34/epoch_50.pth')))
