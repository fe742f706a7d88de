# AdamW and few epochs in place of the papers' SGD and 100 epochs.
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-2, weight_decay=0.003))
param_scheduler = [
    dict(type='CosineAnnealingLR', eta_min=0, begin=0, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=8, val_interval=8)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
custom_hooks = [dict(type='RecordSelectionHook')]
