_base_ = [
    '../../_base_/models/seg2d_linear.py', '../../_base_/datasets/nuscenes_seg2d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]
