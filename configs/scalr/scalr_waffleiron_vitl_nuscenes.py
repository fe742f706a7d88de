_base_ = [
    '../_base_/models/scalr_waffleiron.py', '../_base_/datasets/nuscenes_cd_stage1.py',
    '../_base_/schedules/scalr.py', '../_base_/default_runtime.py'
]

# nuScenes alone, of all conditions; the warm-up of 3500 iterations is about one epoch of it.
train_dataloader = dict(dataset=dict(conditions=None))
param_scheduler = [
    dict(_base_.param_scheduler[0], end=1.0), dict(_base_.param_scheduler[1], begin=1.0)
]
