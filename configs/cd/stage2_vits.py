_base_ = [
    '../_base_/models/cd_waffleiron_vit.py', '../_base_/datasets/nuscenes_cd_stage2.py',
    '../_base_/schedules/cd_stage2.py', '../_base_/default_runtime.py'
]

# Stage 1's file holds the 2D encoder as well.
model = dict(
    direction='lidar_to_image',
    stage1_checkpoint='work_dirs/stage1_vits/epoch_49.pth',
    backbone_2d=dict(checkpoint=None))
