# Stage 1 on a folder of real frames (tools/create_data.py frames), at the published sizes.
_base_ = [
    '../_base_/models/cd_waffleiron_vit.py', '../_base_/datasets/real_frames.py',
    '../_base_/schedules/cd_stage1.py', '../_base_/default_runtime.py'
]

train_cfg = dict(max_epochs=1)
param_scheduler = []
