_base_ = './nuscenes_ft10_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/point_contrast_minkunet34/epoch_50.pth')))
