_base_ = ['../../configs/_base_/default_runtime.py']

custom_imports = dict(imports=['tests.data.toy_module'])
model = dict(type='ToyModel')
train_dataloader = dict(
    batch_size=2, num_workers=0, persistent_workers=True, dataset=dict(type='ToyLine'),
    sampler=dict(type='DefaultSampler', shuffle=True))
val_dataloader = dict(
    batch_size=2, num_workers=0, dataset=dict(type='ToyLine', length=4),
    sampler=dict(type='DefaultSampler', shuffle=False))
test_dataloader = val_dataloader
val_evaluator = dict(type='ToyError')
test_evaluator = val_evaluator
train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=1)
val_cfg = dict()
test_cfg = dict()
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=0.1))
param_scheduler = [dict(type='CosineAnnealingLR', T_max=4, by_epoch=True)]
auto_scale_lr = dict(base_batch_size=2)
default_hooks = dict(logger=dict(interval=1))
