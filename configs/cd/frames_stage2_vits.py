# Stage 2 on a folder of real frames; its random weights are those of frames_stage1_vits.
_base_ = [
    '../_base_/models/cd_waffleiron_vit.py', '../_base_/datasets/real_frames.py',
    '../_base_/schedules/cd_stage2.py', '../_base_/default_runtime.py'
]

param_scheduler = []
model = dict(
    direction='lidar_to_image',
    stage1_checkpoint='work_dirs/frames_stage1_vits/epoch_1.pth',
    backbone_2d=dict(checkpoint=None))
