_base_ = [
    '../../_base_/models/depth2d_linear.py', '../../_base_/datasets/nuscenes_depth2d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

optim_wrapper = dict(optimizer=dict(lr=1e-2))
