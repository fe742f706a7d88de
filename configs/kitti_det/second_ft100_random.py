_base_ = '../_base_/kitti_det/kitti_second.py'
