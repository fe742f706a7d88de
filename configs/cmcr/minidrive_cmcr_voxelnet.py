_base_ = './minidrive_cmcr.py'

model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(
        _delete_=True, type='VoxelNet', widths=(8, 16, 32, 32), last_width=64),
    projector_3d=dict(in_channels=128))
