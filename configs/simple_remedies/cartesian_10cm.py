_base_ = '../slidr/slidr_minkunet34.py'

# Table 1: SLidR on Cartesian voxels; batch 16 on 4 GPUs at SLidR's rate.
model = dict(data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.1)))
auto_scale_lr = dict(base_batch_size=16)
