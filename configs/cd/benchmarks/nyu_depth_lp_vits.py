_base_ = [
    '../../_base_/models/depth_bins_linear.py', '../../_base_/datasets/nyu_depth.py',
    '../../_base_/schedules/depth_38400.py'
]

model = dict(max_depth=10)
