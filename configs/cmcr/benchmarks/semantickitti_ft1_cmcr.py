_base_ = '../../slidr/benchmarks/semantickitti_ft1_slidr.py'

model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.1, coords='cartesian')),
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/cmcr_minkunet34/epoch_50.pth')))
