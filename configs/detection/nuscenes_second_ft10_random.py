_base_ = '../_base_/detection/nuscenes_second.py'

train_dataloader = dict(dataset=dict(dataset=dict(fraction=0.1)))
