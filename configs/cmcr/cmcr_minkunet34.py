_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/models/cmcr.py',
    '../_base_/datasets/nuscenes_cmcr.py', '../_base_/schedules/cmcr.py',
    '../_base_/default_runtime.py'
]

model = _base_.cmcr
