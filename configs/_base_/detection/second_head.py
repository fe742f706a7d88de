# SECOND on nuScenes: two anchors of each class in each cell, with the sizes, bottoms and thresholds
# of OpenPCDet's SECOND on nuScenes, where the best anchors of a box are positive at any overlap: on
# cells of 0.8 m small objects reach no threshold. Order of the classes: car, truck,
# construction_vehicle, bus, trailer, barrier, motorcycle, bicycle, pedestrian, traffic_cone.
anchors = [
    dict(size=[4.63, 1.97, 1.74], bottom=-0.95, matched=0.6, unmatched=0.45),
    dict(size=[6.93, 2.51, 2.84], bottom=-0.6, matched=0.55, unmatched=0.4),
    dict(size=[6.37, 2.85, 3.19], bottom=-0.225, matched=0.5, unmatched=0.35),
    dict(size=[10.5, 2.94, 3.47], bottom=-0.085, matched=0.55, unmatched=0.4),
    dict(size=[12.29, 2.90, 3.87], bottom=0.115, matched=0.5, unmatched=0.35),
    dict(size=[0.50, 2.53, 0.98], bottom=-1.33, matched=0.55, unmatched=0.4),
    dict(size=[2.11, 0.77, 1.47], bottom=-1.085, matched=0.5, unmatched=0.3),
    dict(size=[1.70, 0.60, 1.28], bottom=-1.18, matched=0.5, unmatched=0.35),
    dict(size=[0.73, 0.67, 1.77], bottom=-0.935, matched=0.6, unmatched=0.4),
    dict(size=[0.41, 0.41, 1.07], bottom=-1.285, matched=0.6, unmatched=0.4)
]
# The configs over this one put these in the place of CenterPoint's.
second_head = dict(
    type='Anchor3DHead',
    num_classes=10,
    in_channels=512,
    feat_channels=512,
    use_direction_classifier=True,
    anchor_generator=dict(
        type='AlignedAnchor3DRangeGenerator',
        ranges=[[-51.2, -51.2, anchor['bottom'], 51.2, 51.2, anchor['bottom']]
                for anchor in anchors],
        sizes=[anchor['size'] for anchor in anchors],
        custom_values=[0, 0],
        rotations=[0, 1.57],
        reshape_out=False),
    assigner_per_size=True,
    assign_per_class=True,
    diff_rad_by_sin=True,
    dir_offset=-0.7854,
    bbox_coder=dict(type='DeltaXYZWLHRBBoxCoder', code_size=9),
    loss_cls=dict(type='mmdet.FocalLoss', use_sigmoid=True, gamma=2.0, alpha=0.25, loss_weight=1.0),
    loss_bbox=dict(type='mmdet.SmoothL1Loss', beta=1.0 / 9.0, loss_weight=1.0),
    loss_dir=dict(type='mmdet.CrossEntropyLoss', use_sigmoid=False, loss_weight=0.2))
second_train_cfg = dict(
    pts=dict(
        assigner=[
            dict(
                type='Max3DIoUAssigner',
                iou_calculator=dict(type='BboxOverlapsNearest3D'),
                pos_iou_thr=anchor['matched'],
                neg_iou_thr=anchor['unmatched'],
                min_pos_iou=1e-3,
                ignore_iof_thr=-1) for anchor in anchors
        ],
        allowed_border=0,
        code_weight=[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.2, 0.2],
        pos_weight=-1,
        debug=False))
second_test_cfg = dict(
    pts=dict(
        use_rotate_nms=True,
        nms_across_levels=False,
        nms_pre=1000,
        nms_thr=0.2,
        score_thr=0.1,
        min_bbox_size=0,
        max_num=500))
