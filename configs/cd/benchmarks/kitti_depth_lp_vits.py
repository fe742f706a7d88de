_base_ = [
    '../../_base_/models/depth_bins_linear.py', '../../_base_/datasets/kitti_depth.py',
    '../../_base_/schedules/depth_38400.py'
]
