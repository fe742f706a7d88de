# OLIVINE on a folder of real frames (tools/create_data.py frames), at the published sizes, with
# labels of Grounded-SAM.
_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/models/olivine.py',
    '../_base_/datasets/real_frames_slidr.py', '../_base_/schedules/slidr.py',
    '../_base_/default_runtime.py'
]

# A few frames have a few steps: all losses count after the first.
model = dict(
    _base_.olivine,
    class_contrast=dict(_base_.olivine.class_contrast, num_classes=13),
    consistency=dict(_base_.olivine.consistency, num_classes=13, momentum=0.5, warm_up=1))
labelled = dict(_base_.labelled, LoadSuperpixels=dict(type='LoadWeakLabels', num_classes=13))
train_pipeline = [
    dict(step, **labelled.get(step['type'], {})) for step in _base_.train_pipeline
]
train_dataloader = dict(
    dataset=dict(
        region_folder=None, label_folder='weak_labels/grounded-sam', pipeline=train_pipeline))
train_cfg = dict(max_epochs=1)
param_scheduler = []
