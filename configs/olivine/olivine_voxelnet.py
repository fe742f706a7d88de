_base_ = './olivine_minkunet34_grounded_sam.py'

# Table 4: SECOND's encoder, which makes its voxels itself. The heads read the two heights of its
# bird's eye view, 128 channels each. The released code rounds distances to metres here.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='VoxelNet'),
    projector_3d=dict(in_channels=256),
    semantic_projector_3d=dict(in_channels=256),
    pair_sampler=dict(step=1.0))
point_range = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0)
position = [step['type'] for step in _base_.train_pipeline].index('CropResizeImages')
train_pipeline = [
    *_base_.train_pipeline[:position],
    dict(type='CropPointsToRange', point_range=point_range),
    *_base_.train_pipeline[position:]
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
optim_wrapper = dict(optimizer=dict(lr=0.01))
