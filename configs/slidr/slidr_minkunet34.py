_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/datasets/nuscenes_slidr.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]
