_base_ = [
    '../../_base_/models/seg2d_linear.py', '../../_base_/datasets/minidrive_seg2d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

model = dict(
    cache_features=True,
    backbone_2d=dict(
        arch='minidrive_tiny',
        init_cfg=dict(checkpoint='work_dirs/minidrive_stage2/epoch_1.pth')))
# 1800 steps instead of 70 thousand: at the paper's 5e-4 rare classes are not learnt yet.
optim_wrapper = dict(optimizer=dict(lr=5e-3))
