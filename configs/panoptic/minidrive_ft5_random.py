_base_ = [
    '../_base_/models/panoptic_minidrive.py', '../_base_/datasets/minidrive_panoptic.py',
    '../_base_/schedules/minidrive_panoptic.py', '../_base_/default_runtime.py'
]

# Every 20th of 60 scenes: 6 clouds.
train_dataloader = dict(batch_size=2, dataset=dict(fraction=0.05))
