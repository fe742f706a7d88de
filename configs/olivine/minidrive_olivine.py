_base_ = [
    '../_base_/models/slidr_minidrive.py', '../_base_/models/olivine.py',
    '../_base_/datasets/minidrive_slidr.py', '../_base_/schedules/slidr.py',
    '../_base_/default_runtime.py'
]

# 16 classes. The warm-up is the same share of the run as on nuScenes (10000 of 88000 steps), and
# the averages last as long against it.
parts = _base_.olivine
model = dict(
    parts,
    semantic_projector_2d=dict(parts.semantic_projector_2d, in_channels=128),
    semantic_projector_3d=dict(parts.semantic_projector_3d, in_channels=48),
    class_contrast=dict(parts.class_contrast, num_classes=16),
    consistency=dict(parts.consistency, num_classes=16, momentum=0.98, warm_up=50))
labelled = dict(_base_.labelled, LoadSuperpixels=dict(type='LoadWeakLabels', num_classes=16))
train_pipeline = [
    dict(step, **labelled.get(step['type'], {})) for step in _base_.train_pipeline
]
train_dataloader = dict(
    batch_size=2,
    dataset=dict(
        region_folder=None, label_folder='weak_labels/minidrive', pipeline=train_pipeline))
# As for all methods on MiniDrive.
optim_wrapper = dict(optimizer=dict(lr=0.05))
train_cfg = dict(max_epochs=2)
param_scheduler = [
    dict(type='CosineAnnealingLR', eta_min=0, begin=0, convert_to_iter_based=True)
]
default_hooks = dict(logger=dict(interval=10))
