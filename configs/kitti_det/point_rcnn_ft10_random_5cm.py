_base_ = '../_base_/kitti_det/kitti_point_rcnn.py'

model = dict(backbone=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
train_dataloader = dict(dataset=dict(dataset=dict(fraction=0.1)))
