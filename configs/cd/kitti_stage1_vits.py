# Stage 1 on KITTI object frames (tools/create_data.py kitti), at the published sizes.
_base_ = [
    '../_base_/models/cd_waffleiron_vit.py', '../_base_/datasets/kitti.py',
    '../_base_/schedules/cd_stage1.py', '../_base_/default_runtime.py'
]

# ScaLR's standardisation of KITTI's intensity, whose raw range is 0 to 1.
model = dict(data_preprocessor=dict(intensity_mean=0.28613698, intensity_std=0.14090556))
