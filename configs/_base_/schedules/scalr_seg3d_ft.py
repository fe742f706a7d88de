_base_ = './slidr_seg3d_100e.py'

# ScaLR fine-tunes with few labels for 45 epochs, 4 of them warm-up, and multiplies the rate by 0.95
# from block to block; no weight decay.
optim_wrapper = dict(
    constructor='LayerDecayConstructor',
    optimizer=dict(_delete_=True, type='AdamW', lr=2e-3, weight_decay=0.0),
    paramwise_cfg=dict(layer_decay=0.95))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=4, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0, begin=4, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=45, val_interval=45)
auto_scale_lr = dict(base_batch_size=8)
