_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/models/olivine.py',
    '../_base_/datasets/nuscenes_slidr.py', '../_base_/schedules/slidr.py',
    '../_base_/default_runtime.py'
]

# Table 1, with the labels of SEEM; batch 16 on 4 GPUs at the rate that SLidR has for batch 4.
model = _base_.olivine
train_pipeline = [
    dict(step, **_base_.labelled.get(step['type'], {})) for step in _base_.train_pipeline
]
train_dataloader = dict(
    dataset=dict(
        region_folder=None, label_folder='weak_labels/seem', pipeline=train_pipeline))
auto_scale_lr = dict(base_batch_size=16)
