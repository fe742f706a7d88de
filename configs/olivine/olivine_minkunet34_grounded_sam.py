_base_ = './olivine_minkunet34.py'

# The full method of Tables 5 and 6: 13 classes of Grounded-SAM.
model = dict(class_contrast=dict(num_classes=13), consistency=dict(num_classes=13))
train_pipeline = [
    dict(step, **dict(num_classes=13) if step['type'] == 'LoadWeakLabels' else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(
    dataset=dict(label_folder='weak_labels/grounded-sam', pipeline=train_pipeline))
