_base_ = './minidrive_slidr.py'

model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='Cylinder3D', preset='tiny'),
    projector_3d=dict(in_channels=32))
