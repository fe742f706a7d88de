_base_ = [
    '../../_base_/models/depth2d_linear.py', '../../_base_/datasets/minidrive_depth2d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

model = dict(
    cache_features=True,
    backbone_2d=dict(
        arch='minidrive_tiny',
        init_cfg=dict(checkpoint='work_dirs/minidrive_stage2/epoch_1.pth')))
optim_wrapper = dict(optimizer=dict(lr=1e-2))
