_base_ = './point_rcnn_ft20_random.py'

model = dict(backbone=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
