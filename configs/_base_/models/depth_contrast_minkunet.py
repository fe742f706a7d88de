# Our LiDAR version: SLidR's network, voxels, augmentations and epochs; queue, momentum, temperature
# and learning rate of DepthContrast. SLidR's authors needed 4 GPUs for it (batch 16).
model = dict(
    type='DepthContrast',
    data_preprocessor=dict(
        type='CloudViewsDataPreprocessor',
        voxelizer=dict(type='Voxelizer', coords='cylindrical', voxel_size=0.1)),
    backbone_3d=dict(type='SparseUNet', in_channels=1, out_channels=None),
    embed_dims=96,
    queue_size=65536,
    momentum=0.999,
    loss=dict(type='InfoNCELoss', temperature=0.1, num_pairs=None))
