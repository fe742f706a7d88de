_base_ = './nuscenes_ft5_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/ppkt_minkunet34/epoch_50.pth')))
