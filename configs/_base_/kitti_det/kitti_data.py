# KITTI as OpenPCDet trains on it: the points inside the labelled image, objects pasted from the
# frames of the fraction, flips, rotations and scales; evaluated at 40 recall positions. The configs
# over this one put these into mmdet3d's loaders. Modules of ours need their scope here.
kitti_imports = [
    'mmcrossdistill.models.detectors.lidar', 'mmcrossdistill.datasets.detection',
    'mmcrossdistill.evaluation.metrics', 'mmcrossdistill.engine.hooks'
]
kitti_root = 'data/kitti/'
kitti_classes = ['Pedestrian', 'Cyclist', 'Car']
kitti_range = [0, -40, -3, 70.4, 40, 1]
kitti_load = [
    dict(type='LoadPointsFromFile', coord_type='LIDAR', load_dim=4, use_dim=4),
    dict(type='mmcrossdistill.CropPointsToImage')
]
kitti_paste = dict(
    type='mmcrossdistill.PasteObjects',
    info_path=kitti_root + 'kitti_dbinfos_train.pkl',
    data_root=kitti_root,
    counts=dict(Car=20, Pedestrian=15, Cyclist=15),
    min_points=dict(Car=5, Pedestrian=5, Cyclist=5),
    classes=kitti_classes)
kitti_crop = [
    dict(type='PointsRangeFilter', point_cloud_range=kitti_range),
    dict(type='ObjectRangeFilter', point_cloud_range=kitti_range)
]
kitti_train_pipeline = [
    *kitti_load,
    dict(type='LoadAnnotations3D', with_bbox_3d=True, with_label_3d=True),
    kitti_paste,
    dict(type='RandomFlip3D', flip_ratio_bev_horizontal=0.5),
    dict(
        type='GlobalRotScaleTrans',
        rot_range=[-0.78539816, 0.78539816],
        scale_ratio_range=[0.95, 1.05]),
    *kitti_crop,
    dict(type='PointShuffle'),
    dict(type='Pack3DDetInputs', keys=['points', 'gt_bboxes_3d', 'gt_labels_3d'])
]
kitti_test_pipeline = [
    *kitti_load,
    kitti_crop[0],
    dict(type='Pack3DDetInputs', keys=['points'])
]
kitti_train_dataset = dict(
    type='mmcrossdistill.KittiDetectionDataset',
    data_root=kitti_root,
    ann_file='kitti_infos_train.pkl',
    data_prefix=dict(pts='training/velodyne'),
    metainfo=dict(classes=kitti_classes),
    modality=dict(use_lidar=True, use_camera=False),
    box_type_3d='LiDAR',
    pipeline=kitti_train_pipeline)
kitti_val_dataset = dict(
    kitti_train_dataset,
    ann_file='kitti_infos_val.pkl',
    test_mode=True,
    pipeline=kitti_test_pipeline)
kitti_evaluator = dict(
    _delete_=True, type='mmcrossdistill.KittiMetric', ann_file=kitti_root + 'kitti_infos_val.pkl')
# Two passes of the data make an epoch here.
kitti_train_cfg = dict(val_interval=5)
kitti_hooks = dict(
    checkpoint=dict(
        interval=5, max_keep_ckpts=2, save_best='kitti/mean_3d_moderate', rule='greater'))
# As in ../detection/nuscenes_centerpoint.py: a resumed run sees what an uninterrupted one sees.
randomness = dict(seed=0)
kitti_custom_hooks = [
    dict(type='mmcrossdistill.RecordSelectionHook'), dict(type='mmcrossdistill.SeedEpochHook')
]
# Pre-training has coarser voxels on nuScenes.
kitti_voxel_net = dict(
    type='mmcrossdistill.VoxelNet',
    voxel_size=[0.05, 0.05, 0.1],
    point_range=kitti_range,
    same_grid=False)
