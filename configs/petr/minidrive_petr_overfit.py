_base_ = './minidrive_petr.py'

# Does it learn what it is shown? It trains on all training frames and is scored on the same,
# nothing augmented, tiny pictures and a tiny encoder from scratch: 20 frames in minutes on the CPU.
image_size = (32, 56)
train_pipeline, val_pipeline = (
    [dict(step, size=image_size) if step['type'] == 'ResizeImages' else step
     for step in pipeline if not step['type'].startswith('Random')]
    for pipeline in (_base_.train_pipeline, _base_.val_pipeline))
infos = 'nuscenes_infos_train.pkl'
train_dataloader = dict(num_workers=0, dataset=dict(split=None, pipeline=train_pipeline))
val_dataloader = dict(num_workers=0, dataset=dict(ann_file=infos, pipeline=val_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(ann_file=_base_.data_root + infos, eval_set='train')
test_evaluator = val_evaluator

model = dict(
    cache_features=False,
    backbone_2d=dict(arch='test_tiny', frozen=False, init_cfg=None),
    head=dict(
        in_channels=32, num_queries=120, embed_dims=96, num_layers=2, feedforward_channels=192,
        num_depths=8))
optim_wrapper = dict(
    optimizer=dict(lr=6e-4), paramwise_cfg=dict(custom_keys=dict(backbone_2d=dict(lr_mult=1.0))))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=20, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0, begin=20, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=800, val_interval=800)
default_hooks = dict(logger=dict(interval=50), checkpoint=dict(interval=800))
