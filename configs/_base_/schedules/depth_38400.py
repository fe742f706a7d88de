_base_ = '../default_runtime.py'

# The toolbox' default: AdamW 1e-4, weight decay 0.01, linear warm-up over a third of 38 400
# iterations, cosine, gradients clipped at 35; 16 images in all (2 on each of 8 GPUs there).
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.01),
    clip_grad=dict(max_norm=35, norm_type=2))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-3, begin=0, end=12800, by_epoch=False),
    dict(type='CosineAnnealingLR', eta_min_ratio=1e-8, begin=12800, end=38400, by_epoch=False)
]
train_cfg = dict(type='IterBasedTrainLoop', max_iters=38400, val_interval=38400)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
log_processor = dict(by_epoch=False)
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=3840))
auto_scale_lr = dict(base_batch_size=16, enable=False)
