_base_ = [
    '../_base_/models/minidrive_reference.py', '../_base_/datasets/minidrive_seg2d.py',
    '../_base_/schedules/probe_10e.py', '../_base_/default_runtime.py'
]

# Scenes of clear days that no other step sees. Evaluated on the development split, where it shows
# the weakness of an encoder that knows clear days only.
classes = ['human', 'vehicle', 'movable_object', 'flat', 'manmade', 'vegetation']
# Of each raw lidarseg id; what the 16 classes of the probes ignore is ignored here, too.
label_map = [
    255, 255, 0, 0, 0, 255, 0, 255, 255, 2, 255, 255, 2, 255, 1, 1, 1, 1, 1, 255, 255, 1, 1, 1, 3,
    3, 3, 3, 4, 255, 5, 255
]
val_pipeline = [
    dict(step, label_map=label_map) if step['type'] == 'LoadPointLabels' else step
    for step in _base_.pipeline
]
train_pipeline = [
    *val_pipeline[:-1], dict(type='RandomFlipImages', prob=0.5), val_pipeline[-1]
]
train_dataloader = dict(
    batch_size=8, dataset=dict(split='reference', pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(split='dev', ann_file='nuscenes_infos_train.pkl', pipeline=val_pipeline))
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='ConditionSegMetric', num_classes=6, class_names=classes),
    dict(type='ConditionDepthMetric')
]
test_evaluator = val_evaluator

optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.05))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=0.5, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=1e-5, begin=0.5, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=8, val_interval=8)
