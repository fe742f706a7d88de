_base_ = './minidrive_olivine.py'

# A narrow SECOND encoder, for the detectors of configs/detection: two heights of 64 channels.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(
        _delete_=True, type='VoxelNet', widths=(8, 16, 32, 32), last_width=64),
    projector_3d=dict(in_channels=128),
    semantic_projector_3d=dict(in_channels=128),
    pair_sampler=dict(step=1.0))
point_range = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0)
position = [step['type'] for step in _base_.train_pipeline].index('CropResizeImages')
train_pipeline = [
    *_base_.train_pipeline[:position],
    dict(type='CropPointsToRange', point_range=point_range),
    *_base_.train_pipeline[position:]
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
