_base_ = './minidrive_ft5_random.py'

# Ten scenes, 20 frames, learnt by heart: trained as they are and tested on the same. MinkUNet on
# voxels of 40 cm, cells of 31 cm and 3 degrees over the ground, one frame per step; classes weigh
# more against objects than elsewhere.
model = dict(
    data_preprocessor=dict(
        voxelizer=dict(
            voxel_size=0.4, coords='cartesian', features=('x', 'y', 'z', 'intensity'))),
    backbone_3d=dict(_delete_=True, type='SparseUNet', preset='tiny', in_channels=4),
    bev_grid=dict(size=(160, 120)),
    sigma=1.5,
    instance_head=dict(
        in_channels=8, channels=(8, 16, 16), out_channels=8, heatmap_weight=30.0,
        offset_weight=1.0))
frames = dict(fraction=1.0, indices=20)
train_dataloader = dict(batch_size=1, dataset=dict(**frames, pipeline=_base_.val_pipeline))
val_dataloader = dict(
    dataset=dict(ann_file='nuscenes_infos_train.pkl', split='probe', **frames))
test_dataloader = val_dataloader
optim_wrapper = dict(optimizer=dict(lr=8e-3))
train_cfg = dict(max_epochs=30, val_interval=30)
