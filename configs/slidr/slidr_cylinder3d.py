_base_ = './slidr_minkunet34.py'

# CMCR Table 5: Cylinder3D, which makes its voxels itself.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='Cylinder3D'),
    projector_3d=dict(in_channels=128))
