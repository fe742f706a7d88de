# CMCR App. B: Adam, 0.004 for everything, halved after 30, 50 and 80 of 100 epochs; batch 8.
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.004))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[30, 50, 80], gamma=0.5, by_epoch=True, begin=0, end=100)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100, val_interval=100)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# Which labels were used is stored with the results.
custom_hooks = [dict(type='RecordSelectionHook')]
auto_scale_lr = dict(base_batch_size=8, enable=False)
