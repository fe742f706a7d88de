_base_ = '../../slidr/benchmarks/minidrive_ft5.py'

model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.1, coords='cartesian')),
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/minidrive_cartesian_10cm/epoch_2.pth')))
