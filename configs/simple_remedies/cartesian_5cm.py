_base_ = '../slidr/slidr_minkunet34.py'

model = dict(data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
auto_scale_lr = dict(base_batch_size=16)
