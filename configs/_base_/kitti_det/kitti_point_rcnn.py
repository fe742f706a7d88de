_base_ = ['mmdet3d::point_rcnn/point-rcnn_8xb2_kitti-3d-3class.py', './kitti_data.py']

# mmdet3d's PointRCNN (heads, losses, 80 epochs of two passes), with our voxel encoder in the place
# of PointNet++ and its neck: 16 384 points, each with the features of its voxel (SLidR Sec. 4.4).
# The remission plus 1 is what SLidR feeds on SemanticKITTI; pre-training saw nuScenes' raw one.
custom_imports = dict(imports=_base_.kitti_imports)
model = dict(
    backbone=dict(
        _delete_=True,
        type='mmcrossdistill.VoxelPointFeatures',
        backbone_3d=dict(type='mmcrossdistill.SparseUNet', bn_momentum=0.02),
        voxelizer=dict(coords='cylindrical', voxel_size=0.1),
        width=128,
        intensity_mean=-1.0,
        same_intensity=False),
    neck=None,
    rpn_head=dict(type='mmcrossdistill.PointProposalHead'))
sample = dict(type='PointSample', num_points=16384, sample_range=40.0)
train_pipeline = [*_base_.kitti_train_pipeline]
train_pipeline.insert(-2, sample)
test_pipeline = [*_base_.kitti_test_pipeline]
test_pipeline.insert(-1, sample)
train_dataset = dict(_base_.kitti_train_dataset, pipeline=train_pipeline)
val_dataset = dict(_base_.kitti_val_dataset, pipeline=test_pipeline)
train_dataloader = dict(dataset=dict(dataset=dict(_delete_=True, **train_dataset)))
val_dataloader = dict(dataset=dict(_delete_=True, **val_dataset))
test_dataloader = val_dataloader
val_evaluator = _base_.kitti_evaluator
test_evaluator = val_evaluator
train_cfg = _base_.kitti_train_cfg
default_hooks = _base_.kitti_hooks
custom_hooks = _base_.kitti_custom_hooks
