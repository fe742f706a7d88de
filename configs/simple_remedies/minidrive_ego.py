_base_ = './minidrive_ppm.py'

# Not in the paper: sweeps moved by the ego motion alone, so that moving objects are misplaced.
unaligned = dict(alignment='ego', record_folder=None)
train_pipeline = [
    dict(step, **unaligned if step['type'] == 'LoadInterFrameCloud' else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
