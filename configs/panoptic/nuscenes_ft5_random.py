_base_ = './nuscenes_ft1_random.py'

train_dataloader = dict(dataset=dict(fraction=0.05))
