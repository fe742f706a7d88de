_base_ = 'mmdet3d::centerpoint/centerpoint_voxel01_second_secfpn_8xb4-cyclic-20e_nus-3d.py'

# mmdet3d's CenterPoint (its neck, head, coder, losses and schedule), with our encoder in the place
# of its voxel and middle encoder: the same grid, 256 channels for each cell of 0.8 m. Modules of
# ours need their scope here, because the base sets theirs.
custom_imports = dict(imports=[
    'mmcrossdistill.models.detectors.lidar', 'mmcrossdistill.datasets.detection',
    'mmcrossdistill.evaluation.detection', 'mmcrossdistill.engine.hooks'
])
model = dict(
    type='mmcrossdistill.BirdEyePointsDetector',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    backbone_3d=dict(type='mmcrossdistill.VoxelNet'),
    pts_voxel_encoder=None,
    pts_middle_encoder=None)
# No boxes are pasted from a database: one of all scenes would hold labels that a fraction does not.
train_pipeline = [step for step in _base_.train_pipeline if step['type'] != 'ObjectSample']
train_dataloader = dict(
    # See nuscenes_cd_stage1.py.
    persistent_workers=False,
    dataset=dict(
        type='mmcrossdistill.BalancedFrames',
        dataset=dict(type='mmcrossdistill.NuScenesDetectionDataset', pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(type='mmcrossdistill.NuScenesDetectionDataset'))
test_dataloader = val_dataloader
val_evaluator = dict(type='mmcrossdistill.NuScenesDetectionMetric')
test_evaluator = val_evaluator
default_hooks = dict(
    checkpoint=dict(interval=1, max_keep_ckpts=2),
    voxel_grid=dict(type='mmcrossdistill.VoxelGridHook'))
# mmdet3d leaves the seed open, and its augmentation draws from the global generators: with these a
# resumed run sees what an uninterrupted one sees.
randomness = dict(seed=0)
custom_hooks = [
    dict(type='mmcrossdistill.RecordSelectionHook'), dict(type='mmcrossdistill.SeedEpochHook')
]
