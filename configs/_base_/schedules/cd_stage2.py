# Paper 4.1: as stage 1 with batch 32 in all, lr 2e-5 for ViTs (5e-3 for ResNet-50), 1 epoch.
# The warm-up is not stated; it is the same share of one epoch as of stage 1's run (2.9 %). Decays
# without an end reach the last epoch, also where `max_epochs` is changed.
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=2e-5, weight_decay=0.03))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=0.029, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0, begin=0.029, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=1)
auto_scale_lr = dict(base_batch_size=32, enable=False)
