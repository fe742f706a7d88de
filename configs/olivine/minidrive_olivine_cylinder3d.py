_base_ = './minidrive_olivine.py'

model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='Cylinder3D', preset='tiny'),
    projector_3d=dict(in_channels=32),
    semantic_projector_3d=dict(in_channels=32))
