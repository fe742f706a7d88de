_base_ = [
    '../_base_/models/minidrive_reference.py', '../_base_/datasets/minidrive_seg2d.py',
    '../_base_/schedules/probe_10e.py', '../_base_/default_runtime.py'
]

# Scenes of clear days that no other step sees. Evaluated on the development split, where it shows
# the weakness of an encoder that knows clear days only.
train_pipeline = [
    *_base_.pipeline[:-1], dict(type='RandomFlipImages', prob=0.5), _base_.pipeline[-1]
]
train_dataloader = dict(
    batch_size=8, dataset=dict(split='reference', pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(split='dev', ann_file='nuscenes_infos_train.pkl'))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator, dict(type='ConditionDepthMetric')]
test_evaluator = val_evaluator

optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.05))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=0.5, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=0.5, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=8, val_interval=8)
