_base_ = [
    '../_base_/models/ppkt_minkunet.py', '../_base_/datasets/nuscenes_slidr.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

train_pipeline = [
    step for step in _base_.train_pipeline if step['type'] != 'LoadSuperpixels'
]
train_dataloader = dict(dataset=dict(region_folder=None, pipeline=train_pipeline))
