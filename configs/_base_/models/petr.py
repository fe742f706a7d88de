# PETR (Liu et al., ECCV 2022) on the last map of one encoder: 900 queries, 6 decoder layers, 64
# depths with linearly growing steps, a grid of holes in 70 % of the training images.
model = dict(
    type='PETR',
    grid_mask=dict(prob=0.7, ratio=0.5),
    data_preprocessor=dict(
        type='MultiViewDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375]),
    backbone_2d=dict(type='ResNet', depth=50, norm_eval=True),
    head=dict(
        type='PETRHead',
        in_channels=2048,
        num_classes=10,
        num_queries=900,
        embed_dims=256,
        num_layers=6,
        num_heads=8,
        feedforward_channels=2048,
        dropout=0.1,
        num_depths=64,
        depth_start=1.0,
        position_range=[-61.2, -61.2, -10.0, 61.2, 61.2, 10.0],
        box_range=[-51.2, -51.2, -5.0, 51.2, 51.2, 3.0],
        with_view_encoding=True,
        max_boxes=300,
        loss=dict(class_weight=2.0, box_weight=0.25)))
