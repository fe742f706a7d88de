# Paper 4.1: AdamW, 0 -> 2e-3 -> 1e-5 (cosine), weight decay 0.03, batch 8 in all, 49 epochs.
# The paper does not state the warm-up; ScaLR's 3500 iterations are 1.42 of these epochs.
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.03))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=1.42, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=1.42, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=49)
auto_scale_lr = dict(base_batch_size=8, enable=False)
