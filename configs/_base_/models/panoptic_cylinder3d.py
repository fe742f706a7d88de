# Panoptic-PolarNet's heads on Cylinder3D, as CSC and CMCR fine-tune it: 64 channels over the
# ground, on the network's cells of 10.4 cm and 1 degree.
model = dict(
    type='PanopticSegmentor',
    num_classes=16,
    things=list(range(10)),
    freeze_backbone=False,
    backbone_3d=dict(type='Cylinder3D'),
    bev_grid=dict(size=(480, 360), coords='cylindrical', high=(50.0, 180.0)),
    sigma=5.0,
    instance_head=dict(
        type='InstanceHead',
        in_channels=64,
        channels=(64, 128, 256, 512, 512),
        out_channels=32,
        mean_over='map',
        heatmap_weight=100.0,
        offset_weight=10.0),
    grouping=dict(threshold=0.1, kernel_size=5, top_k=100))
