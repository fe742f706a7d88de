_base_ = [
    '../../_base_/models/seg3d_linear.py', '../../_base_/datasets/minidrive_seg3d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

model = dict(
    data_preprocessor=dict(intensity_mean=25.0, intensity_std=25.0),
    backbone_3d=dict(
        arch='minidrive_tiny',
        init_cfg=dict(checkpoint='work_dirs/minidrive_stage1/epoch_8.pth')))
# 150 steps instead of 70 thousand.
optim_wrapper = dict(optimizer=dict(lr=1e-2, weight_decay=0.003))
