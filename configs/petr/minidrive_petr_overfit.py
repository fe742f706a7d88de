_base_ = './minidrive_petr.py'

# Does it learn what it is shown? It trains on the frames of the val split that it is scored on,
# nothing augmented, tiny pictures and a tiny encoder from scratch: 24 frames in minutes on the CPU.
image_size = (32, 56)
train_pipeline, val_pipeline = (
    [dict(step, size=image_size) if step['type'] == 'ResizeImages' else step
     for step in pipeline if not step['type'].startswith('Random')]
    for pipeline in (_base_.train_pipeline, _base_.val_pipeline))
train_dataloader = dict(
    num_workers=0,
    dataset=dict(split=None, ann_file='nuscenes_infos_val.pkl', pipeline=train_pipeline))
val_dataloader = dict(num_workers=0, dataset=dict(pipeline=val_pipeline))
test_dataloader = val_dataloader

model = dict(
    cache_features=False,
    backbone_2d=dict(arch='test_tiny', frozen=False, init_cfg=None),
    head=dict(
        in_channels=32, num_queries=120, embed_dims=96, num_layers=2, feedforward_channels=192,
        num_depths=8))
optim_wrapper = dict(
    optimizer=dict(lr=2e-3), paramwise_cfg=dict(custom_keys=dict(backbone_2d=dict(lr_mult=1.0))))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=6, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0, begin=6, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=160, val_interval=160)
default_hooks = dict(logger=dict(interval=50), checkpoint=dict(interval=160))
