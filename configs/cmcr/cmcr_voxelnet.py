_base_ = './cmcr_minkunet34.py'

# Table 4: SECOND's encoder, which makes its voxels itself; the heads read its bird's eye view.
model = dict(
    data_preprocessor=dict(voxelizer=None),
    backbone_3d=dict(_delete_=True, type='VoxelNet'),
    projector_3d=dict(in_channels=256))
