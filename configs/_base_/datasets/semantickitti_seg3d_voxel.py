_base_ = './nuscenes_seg3d_voxel.py'

# SLidR on SemanticKITTI: batch 10, sequences 00-07, 09 and 10 for training, 08 for validation.
dataset = dict(type='SemanticKittiDataset', data_root='data/semantickitti/')
train_pipeline = [
    dict(step, label_format='semantickitti') if step['type'] == 'LoadPointLabels' else step
    for step in _base_.train_pipeline
]
val_pipeline = [
    dict(step, label_format='semantickitti') if step['type'] == 'LoadPointLabels' else step
    for step in _base_.val_pipeline
]
train_dataloader = dict(
    batch_size=10,
    dataset=dict(
        **dataset, ann_file='semantickitti_infos_train.pkl', fraction_rule='scan_slice',
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(**dataset, ann_file='semantickitti_infos_val.pkl', pipeline=val_pipeline))
test_dataloader = val_dataloader
# Its evaluator counts a class that never occurs.
val_evaluator = dict(num_classes=19, empty_iou=0.0)
test_evaluator = val_evaluator
