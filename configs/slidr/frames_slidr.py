# SLidR on a folder of real frames (tools/create_data.py frames), at the published sizes.
_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/datasets/real_frames_slidr.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

train_cfg = dict(max_epochs=1)
param_scheduler = []
