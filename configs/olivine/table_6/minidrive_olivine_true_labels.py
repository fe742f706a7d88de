_base_ = '../minidrive_olivine.py'

# 6a: the labels of the points, 16 classes, in place of weak ones.
of_points = dict(with_labels=True, with_pixel_labels=False)
train_pipeline = [
    dict(type='LoadPointLabels') if step['type'] == 'LoadWeakLabels' else dict(
        step, **of_points if 'with_pixel_labels' in step else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=train_pipeline))
