_base_ = [
    '../_base_/models/point_contrast_minkunet.py', '../_base_/datasets/nuscenes_cloud_views.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]
