_base_ = ['mmdet3d::pv_rcnn/pv_rcnn_8xb2-80e_kitti-3d-3class.py', './kitti_data.py']

# mmdet3d's PV-RCNN (keypoints, heads, losses, 40 epochs of two passes), with our encoder in the
# place of its voxel and middle encoder: the keypoints gather its four levels.
custom_imports = dict(imports=_base_.kitti_imports)
model = dict(
    type='mmcrossdistill.BirdEyePVRCNN',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    backbone_3d=dict(
        type='mmcrossdistill.VoxelNet',
        voxel_size=[0.05, 0.05, 0.1],
        point_range=_base_.kitti_range,
        same_grid=False),
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
val_evaluator = dict(
    _delete_=True,
    type='mmcrossdistill.KittiMetric',
    ann_file=_base_.kitti_root + 'kitti_infos_val.pkl')
test_evaluator = val_evaluator
# mmdet3d's config misnames the loader of validation.
eval_dataloader = None
train_cfg = dict(val_interval=5)
default_hooks = dict(
    checkpoint=dict(
        interval=5, max_keep_ckpts=2, save_best='kitti/mean_3d_moderate', rule='greater'))
custom_hooks = [dict(type='mmcrossdistill.RecordSelectionHook')]
