_base_ = './minidrive_seg3d.py'

# Points that thinning and cropping drop are scored as their nearest kept neighbour.
val_pipeline = [
    *_base_.val_pipeline[:2],
    dict(type='RememberPoints'),
    *_base_.val_pipeline[2:-1],
    dict(type='FindNearestKept'),
    _base_.val_pipeline[-1]
]
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = val_dataloader
