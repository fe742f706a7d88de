_base_ = '../../slidr/benchmarks/semantickitti_ft1_slidr.py'

model = dict(
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/olivine_minkunet34/epoch_50.pth')))
