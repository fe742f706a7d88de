_base_ = [
    '../_base_/models/cd_minidrive.py', '../_base_/datasets/minidrive_cd_stage1.py',
    '../_base_/schedules/cd_stage1.py', '../_base_/default_runtime.py'
]

param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=0.3, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=0.3, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=8)
default_hooks = dict(logger=dict(interval=10))
