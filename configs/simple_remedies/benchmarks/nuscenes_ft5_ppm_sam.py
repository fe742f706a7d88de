_base_ = '../../slidr/benchmarks/nuscenes_ft5_slidr.py'

model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.05, coords='cartesian')),
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/ppm_sam/epoch_50.pth')))
