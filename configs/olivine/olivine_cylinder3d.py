_base_ = './olivine_minkunet34.py'

# Not in the paper: Cylinder3D, which makes its voxels itself, for panoptic segmentation.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='Cylinder3D'),
    projector_3d=dict(in_channels=128),
    semantic_projector_3d=dict(in_channels=128))
