_base_ = [
    '../../_base_/models/cd_waffleiron_vit.py', '../../_base_/datasets/multi_cd_stage2.py',
    '../../_base_/schedules/cd_stage2.py', '../../_base_/default_runtime.py',
    '../../_base_/encoders/dinov2_vitl14.py'
]

model = dict(
    direction='lidar_to_image',
    stage1_checkpoint='work_dirs/stage1_multi_vitl/epoch_49.pth',
    data_preprocessor=dict(intensity_mean=0.0, intensity_std=1.0),
    backbone_2d=dict(checkpoint=None, **_base_.encoder),
    projector_3d=dict(out_channels=_base_.encoder_width))
