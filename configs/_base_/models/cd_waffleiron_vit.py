# Paper 4.1: WaffleIron-768 (ScaLR's layer-norm variant) and a DINOv2 ViT; no 2D head (Table J).
model = dict(
    type='CollaborativeDistiller',
    direction='image_to_lidar',
    data_preprocessor=dict(
        type='DistillDataPreprocessor',
        # ScaLR's standardisation of nuScenes' intensity.
        intensity_mean=18.742355,
        intensity_std=22.04632),
    backbone_2d=dict(
        type='ViT',
        arch='vit_small_patch14_dinov2',
        checkpoint='checkpoints/dinov2_vits14_pretrain.pth',
        # Tokens before the final layer norm, as ScaLR distils.
        feature='prenorm'),
    backbone_3d=dict(
        type='WaffleIron',
        embed_dims=768,
        depth=48,
        grids=((256, 256), (256, 32), (256, 32)),
        point_range=(-64, -64, -8, 64, 64, 8),
        norm='layer'),
    projector_3d=dict(type='LinearProjector', in_channels=768, out_channels=384),
    pooler=dict(type='CorrespondencePooler'),
    head=dict(type='DistillHead', loss=dict(type='DistillLoss')))
