_base_ = '../_base_/kitti_det/kitti_pv_rcnn.py'

train_dataloader = dict(dataset=dict(dataset=dict(fraction=0.2)))
