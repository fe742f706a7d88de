_base_ = [
    '../../_base_/models/seg3d_linear.py', '../../_base_/datasets/nuscenes_seg3d.py',
    '../../_base_/schedules/probe_10e.py', '../../_base_/default_runtime.py'
]

# ScaLR: 20 epochs, 2 of them warm-up.
optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.003))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=2, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=20, val_interval=20)
