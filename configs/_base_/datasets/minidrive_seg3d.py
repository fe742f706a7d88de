_base_ = './nuscenes_seg3d.py'

data_root = 'data/minidrive/'
train_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root, split='probe'))
val_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root, split='val'))
test_dataloader = val_dataloader
val_evaluator = dict(excluded=dict(_delete_=True))
test_evaluator = val_evaluator
