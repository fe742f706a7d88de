# Our LiDAR version, in SLidR's setting: its network, voxels, pairs, temperature and optimiser.
model = dict(
    type='PointContrast',
    num_pairs=4096,
    data_preprocessor=dict(
        type='CloudViewsDataPreprocessor',
        voxelizer=dict(type='Voxelizer', coords='cylindrical', voxel_size=0.1)),
    backbone_3d=dict(type='SparseUNet', in_channels=1, out_channels=None),
    projector_3d=dict(type='LinearProjector', in_channels=96, out_channels=64),
    head=dict(
        type='ContrastHead',
        loss=dict(
            type='InfoNCELoss', temperature=0.07, num_pairs=None, detach_target=False)))
