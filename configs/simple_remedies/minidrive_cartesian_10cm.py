_base_ = '../slidr/minidrive_slidr.py'

model = dict(data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.1)))
