_base_ = './minidrive_ppm.py'

# Table 2 (B): sweeps with the camera frames nearest in time. Superpixels of these are needed, too.
unaligned = dict(alignment='nearest', record_folder=None)
train_pipeline = [
    dict(step, **unaligned if step['type'] == 'LoadInterFrameCloud' else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
