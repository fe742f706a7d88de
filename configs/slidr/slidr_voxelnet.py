_base_ = './slidr_minkunet34.py'

# SECOND's encoder, which makes its voxels itself: 32 channels at each of the two heights of its
# bird's eye view. Published: 700 scenes, 30 superpixels per image (tools/preprocess/superpixels.py
# --segments 30 --out data/nuscenes/superpixels/slic_30), batch 6, learning rate 0.01.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='VoxelNet', out_channels=32),
    projector_3d=None)
point_range = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0)
position = [step['type'] for step in _base_.train_pipeline].index('CropResizeImages')
train_pipeline = [
    *_base_.train_pipeline[:position],
    dict(type='CropPointsToRange', point_range=point_range),
    *_base_.train_pipeline[position:]
]
train_dataloader = dict(
    batch_size=6,
    dataset=dict(split=None, region_folder='superpixels/slic_30', pipeline=train_pipeline))
optim_wrapper = dict(optimizer=dict(lr=0.01))
auto_scale_lr = dict(base_batch_size=6)
