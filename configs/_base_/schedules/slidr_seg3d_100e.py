# SLidR's published setting for all of its probes: SGD, momentum 0.9, dampening 0.1, weight decay
# 1e-4, 100 epochs, cosine to zero once per epoch. The rate is that of the linear probe.
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.05, momentum=0.9, dampening=0.1, weight_decay=1e-4))
param_scheduler = [dict(type='CosineAnnealingLR', eta_min=0, begin=0)]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100, val_interval=100)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# Which labels were used is stored with the results.
custom_hooks = [dict(type='RecordSelectionHook')]
auto_scale_lr = dict(base_batch_size=16, enable=False)
