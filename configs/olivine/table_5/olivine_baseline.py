_base_ = '../olivine_minkunet34_grounded_sam.py'

# Neither weak labels nor a loss that reads them: PPKT with the dilated image encoder.
model = dict(
    class_contrast=None,
    consistency=None,
    pair_sampler=None,
    semantic_projector_2d=None,
    semantic_projector_3d=None)
train_pipeline = [
    dict(step, **dict(with_pixel_labels=False) if 'with_pixel_labels' in step else {})
    for step in _base_.train_pipeline if step['type'] != 'LoadWeakLabels'
]
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=train_pipeline))
