_base_ = './minidrive_ft5_random.py'

# Another encoder: MinkUNet's voxels, and square cells of 40 cm over the ground.
model = dict(
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.1, coords='cartesian')),
    backbone_3d=dict(_delete_=True, type='SparseUNet', preset='tiny', in_channels=1),
    bev_grid=dict(
        size=(256, 256), coords='cartesian', low=(-51.2, -51.2), high=(51.2, 51.2)))
