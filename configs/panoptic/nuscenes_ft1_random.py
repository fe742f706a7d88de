_base_ = [
    '../_base_/models/panoptic_cylinder3d.py', '../_base_/datasets/nuscenes_panoptic.py',
    '../_base_/schedules/panoptic_100e.py', '../_base_/default_runtime.py'
]

train_dataloader = dict(dataset=dict(fraction=0.01))
