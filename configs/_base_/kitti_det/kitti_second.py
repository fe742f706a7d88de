_base_ = ['mmdet3d::second/second_hv_secfpn_8xb6-80e_kitti-3d-3class.py', './kitti_data.py']

# mmdet3d's SECOND (2D backbone, neck, head, losses, 80 epochs), with our encoder in the place of
# its voxel and middle encoder, on KITTI's voxels. Pre-training has coarser ones on nuScenes.
custom_imports = dict(imports=_base_.kitti_imports)
model = dict(
    type='mmcrossdistill.BirdEyeDetector',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    backbone_3d=dict(
        type='mmcrossdistill.VoxelNet',
        voxel_size=[0.05, 0.05, 0.1],
        point_range=_base_.kitti_range,
        same_grid=False),
    voxel_encoder=None,
    middle_encoder=None)
train_dataloader = dict(
    dataset=dict(dataset=dict(_delete_=True, **_base_.kitti_train_dataset)))
val_dataloader = dict(dataset=dict(_delete_=True, **_base_.kitti_val_dataset))
test_dataloader = val_dataloader
val_evaluator = dict(
    _delete_=True,
    type='mmcrossdistill.KittiMetric',
    ann_file=_base_.kitti_root + 'kitti_infos_val.pkl')
test_evaluator = val_evaluator
# Two passes of the data make an epoch here.
train_cfg = dict(val_interval=5)
default_hooks = dict(
    checkpoint=dict(
        interval=5, max_keep_ckpts=2, save_best='kitti/mean_3d_moderate', rule='greater'))
custom_hooks = [dict(type='mmcrossdistill.RecordSelectionHook')]
