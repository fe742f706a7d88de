_base_ = './olivine_minkunet34.py'

# App. A.3 reads as Cartesian voxels in a range; the released code has cylindrical ones.
model = dict(data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.1)))
point_range = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0)
position = [step['type'] for step in _base_.train_pipeline].index('CropResizeImages')
train_pipeline = [
    *_base_.train_pipeline[:position],
    dict(type='CropPointsToRange', point_range=point_range),
    *_base_.train_pipeline[position:]
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
