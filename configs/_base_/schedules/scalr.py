# ScaLR: AdamW, 0 -> 2e-3 -> 1e-5 (cosine), weight decay 0.03, batch 8 in all, 25 epochs of the
# merged data sets. The warm-up of 3500 iterations is 0.51 of these epochs.
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.03))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=0.51, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=0.51, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=25)
auto_scale_lr = dict(base_batch_size=8, enable=False)
