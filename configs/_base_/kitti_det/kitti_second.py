_base_ = ['mmdet3d::second/second_hv_secfpn_8xb6-80e_kitti-3d-3class.py', './kitti_data.py']

# mmdet3d's SECOND (2D backbone, neck, head, losses, 80 epochs), with our encoder in the place of
# its voxel and middle encoder, on KITTI's voxels.
custom_imports = dict(imports=_base_.kitti_imports)
model = dict(
    type='mmcrossdistill.BirdEyeDetector',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    backbone_3d=_base_.kitti_voxel_net,
    voxel_encoder=None,
    middle_encoder=None)
train_dataloader = dict(
    dataset=dict(dataset=dict(_delete_=True, **_base_.kitti_train_dataset)))
val_dataloader = dict(dataset=dict(_delete_=True, **_base_.kitti_val_dataset))
test_dataloader = val_dataloader
val_evaluator = _base_.kitti_evaluator
test_evaluator = val_evaluator
train_cfg = _base_.kitti_train_cfg
default_hooks = _base_.kitti_hooks
custom_hooks = _base_.kitti_custom_hooks
