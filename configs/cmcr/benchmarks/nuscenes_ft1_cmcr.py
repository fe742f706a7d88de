_base_ = '../../slidr/benchmarks/nuscenes_ft1_slidr.py'

# Appendix B: 0.05 for the network, 2.0 for the new layer.
model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.1, coords='cartesian')),
    backbone_3d=dict(init_cfg=dict(checkpoint='work_dirs/cmcr_minkunet34/epoch_50.pth')))
optim_wrapper = dict(
    optimizer=dict(lr=0.05), paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=40.0))))
