_base_ = [
    '../_base_/models/scalr_waffleiron.py', '../_base_/datasets/multi_cd_stage1.py',
    '../_base_/schedules/scalr.py', '../_base_/default_runtime.py'
]

# The intensity of each sensor is standardised by its data set.
model = dict(data_preprocessor=dict(intensity_mean=0.0, intensity_std=1.0))
