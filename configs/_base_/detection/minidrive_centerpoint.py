_base_ = './nuscenes_centerpoint.py'

# Narrow networks on the grid of MiniDrive's pre-training; single clouds, because MiniDrive is
# generated without sweeps by default. The classes are balanced by the generator. Every 20th of 60
# scenes: 6 clouds, three steps an epoch.
data_root = 'data/minidrive/'
model = dict(
    backbone_3d=dict(widths=(8, 16, 32, 32), last_width=64),
    pts_backbone=dict(in_channels=128, out_channels=[32, 64], layer_nums=[2, 2]),
    pts_neck=dict(in_channels=[32, 64], out_channels=[32, 32]),
    pts_bbox_head=dict(in_channels=64, share_conv_channel=16, separate_head=dict(head_conv=16)))
skipped = ('LoadPointsFromMultiSweeps', 'ObjectSample')
train_pipeline = [step for step in _base_.train_pipeline if step['type'] not in skipped]
test_pipeline = [step for step in _base_.test_pipeline if step['type'] not in skipped]
frames = dict(
    _base_.train_dataloader.dataset.dataset,
    data_root=data_root,
    split='probe',
    fraction=0.05,
    pipeline=train_pipeline)
train_dataloader = dict(batch_size=2, num_workers=2, dataset=dict(_delete_=True, **frames))
val_dataloader = dict(dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(data_root=data_root, ann_file=data_root + 'nuscenes_infos_val.pkl')
test_evaluator = val_evaluator
optim_wrapper = dict(optimizer=dict(lr=3e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.03, begin=0, end=10, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-4, begin=10, end=100, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=100, val_interval=100)
default_hooks = dict(checkpoint=dict(interval=20))
