# The stand-in for a foundation model: every loss acts on unit features before the final norm. Its
# classes are nuScenes' six upper categories, so that the probes' 16 classes are new to it, as they
# are to a foundation model; with the same labels it has nothing to learn from LiDAR by day.
model = dict(
    type='SegDepthEncoder',
    num_classes=6,
    temperature=0.1,
    backbone_2d=dict(type='ViT', arch='minidrive_tiny', feature='prenorm'),
    seg_loss=dict(type='CrossEntropyLoss'),
    depth_loss=dict(type='DepthMSELoss', log=True, loss_weight=2.0),
    uniformity_loss=dict(type='UniformityLoss', loss_weight=0.1))
