_base_ = './petr_vits_dinov2.py'

# A folder of real frames (tools/create_data.py frames) to learn by heart on the CPU: one batch of
# two frames in small pictures, nothing augmented, no tables for an official score.
data_root = 'data/frames/'
train_pipeline = [
    dict(type='ResizeImages', size=(56, 98)) if step['type'] == 'ZoomCropImages' else step
    for step in _base_.train_pipeline if not step['type'].startswith('Random')
]
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    drop_last=False,
    sampler=dict(type='InfiniteSampler'),
    dataset=dict(
        data_root=data_root,
        ann_file='frames_infos.pkl',
        data_prefix=dict(pts='', img=''),
        pipeline=train_pipeline))
val_dataloader = None
test_dataloader = None
val_evaluator = None
test_evaluator = None
val_cfg = None
test_cfg = None

model = dict(
    grid_mask=None,
    cache_features=True,
    head=dict(
        num_queries=80, embed_dims=64, num_layers=2, num_heads=4, feedforward_channels=128,
        dropout=0.0, num_depths=8))
optim_wrapper = dict(optimizer=dict(lr=3e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=50, by_epoch=False),
    dict(type='CosineAnnealingLR', eta_min=0, begin=50, end=400, by_epoch=False)
]
train_cfg = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=400)
log_processor = dict(by_epoch=False)
default_hooks = dict(
    logger=dict(interval=1, log_metric_by_epoch=False),
    checkpoint=dict(by_epoch=False, interval=400))
