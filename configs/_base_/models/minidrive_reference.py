# The stand-in for a foundation model: every loss acts on unit features before the final norm.
model = dict(
    type='SegDepthEncoder',
    num_classes=16,
    temperature=0.1,
    backbone_2d=dict(type='ViT', arch='minidrive_tiny', feature='prenorm'),
    seg_loss=dict(type='CrossEntropyLoss'),
    depth_loss=dict(type='DepthMSELoss', log=True, loss_weight=2.0),
    uniformity_loss=dict(type='UniformityLoss', loss_weight=0.1))
