_base_ = ['mmdet3d::pv_rcnn/pv_rcnn_8xb2-80e_kitti-3d-3class.py', './kitti_data.py']

# mmdet3d's PV-RCNN (keypoints, heads, losses, 40 epochs of two passes), with our encoder in the
# place of its voxel and middle encoder: the keypoints gather its four levels.
custom_imports = dict(imports=_base_.kitti_imports)
model = dict(
    type='mmcrossdistill.BirdEyePVRCNN',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    backbone_3d=_base_.kitti_voxel_net,
    voxel_encoder=None,
    middle_encoder=None)
# OpenPCDet pastes fewer objects than for the other two.
counts = dict(Car=15, Pedestrian=10, Cyclist=10)
train_pipeline = [
    dict(step, counts=counts) if 'counts' in step else step for step in _base_.kitti_train_pipeline
]
train_dataset = dict(_base_.kitti_train_dataset, pipeline=train_pipeline)
train_dataloader = dict(dataset=dict(dataset=dict(_delete_=True, **train_dataset)))
val_dataloader = dict(dataset=dict(_delete_=True, **_base_.kitti_val_dataset))
test_dataloader = val_dataloader
val_evaluator = _base_.kitti_evaluator
test_evaluator = val_evaluator
# mmdet3d's config misnames the loader of validation.
eval_dataloader = None
train_cfg = _base_.kitti_train_cfg
default_hooks = _base_.kitti_hooks
custom_hooks = _base_.kitti_custom_hooks
