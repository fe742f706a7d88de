_base_ = [
    '../../_base_/models/seg2d_linear.py', '../../_base_/datasets/nuimages_seg2d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

model = dict(num_classes=11)
optim_wrapper = dict(optimizer=dict(lr=5e-3))
