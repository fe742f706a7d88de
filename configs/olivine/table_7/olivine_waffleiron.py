_base_ = '../olivine_minkunet34.py'

# A stronger 3D network. Which WaffleIron it is, its data and optimiser are not published: ours are
# its model for nuScenes with that model's range, and ScaLR's optimiser.
point_range = (-50, -50, -5, 50, 50, 5)
model = dict(
    data_preprocessor=dict(
        voxelizer=None, intensity_mean=18.742355, intensity_std=22.04632),
    backbone_3d=dict(_delete_=True, type='WaffleIron', arch='48_384'),
    projector_3d=dict(in_channels=384),
    semantic_projector_3d=dict(in_channels=384))
pipeline = _base_.train_pipeline
names = [step['type'] for step in pipeline]
train_pipeline = [
    pipeline[0],
    dict(type='VoxelDownsample', voxel_size=0.1, pick='random'),
    *pipeline[1:names.index('CropResizeImages')],
    dict(type='CropPointsToRange', point_range=point_range),
    *pipeline[names.index('CropResizeImages'):-1],
    dict(type='FindNeighbors', num_neighbors=16),
    pipeline[-1]
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=2e-3, weight_decay=0.03))
