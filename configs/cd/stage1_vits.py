_base_ = [
    '../_base_/models/cd_waffleiron_vit.py', '../_base_/datasets/nuscenes_cd_stage1.py',
    '../_base_/schedules/cd_stage1.py', '../_base_/default_runtime.py'
]
