_base_ = '../../slidr/benchmarks/minidrive_lp.py'

model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.05, coords='cartesian')),
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/minidrive_ppm/epoch_2.pth')))
