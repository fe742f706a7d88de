_base_ = './nuscenes_panoptic.py'

# Sequences 00-07, 09 and 10 for training, 08 for validation; objects of 50 points and more.
dataset = dict(type='SemanticKittiDataset', data_root='data/semantickitti/')
train_pipeline = [
    dict(step, label_format='semantickitti') if step['type'] == 'LoadPanopticLabels' else step
    for step in _base_.train_pipeline
]
val_pipeline = [
    dict(step, label_format='semantickitti') if step['type'] == 'LoadPanopticLabels' else step
    for step in _base_.val_pipeline
]
train_dataloader = dict(
    dataset=dict(
        **dataset, ann_file='semantickitti_infos_train.pkl', fraction_rule='scan_slice',
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(**dataset, ann_file='semantickitti_infos_val.pkl', pipeline=val_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(num_classes=19, min_points=50)
test_evaluator = val_evaluator
