# SLidR Sec. 3.3 and 4.1: MoCoV2 ResNet-50 with dilation instead of strides, a 1x1 convolution (the
# fixed upsampling to the image is part of the pooling), MinkUNet34 on cylindrical voxels.
model = dict(
    type='SLidR',
    data_preprocessor=dict(
        type='DistillDataPreprocessor',
        # 10 cm, 1 degree, 10 cm; the feature is the raw intensity.
        voxelizer=dict(type='Voxelizer', coords='cylindrical', voxel_size=0.1)),
    backbone_2d=dict(
        type='ResNet',
        depth=50,
        output_stride=4,
        checkpoint='checkpoints/moco_v2_800ep_pretrain.pth.tar'),
    projector_2d=dict(type='MapProjector', in_channels=2048, out_channels=64),
    # The last layer of the published network is the projector here.
    backbone_3d=dict(type='SparseUNet', in_channels=1, out_channels=None),
    projector_3d=dict(type='LinearProjector', in_channels=96, out_channels=64),
    pooler=dict(type='SuperpixelPooler'),
    head=dict(
        type='ContrastHead',
        # Pixels and points have norm 1, their means have not.
        loss=dict(
            type='InfoNCELoss',
            temperature=0.07,
            num_pairs=None,
            normalize=False,
            detach_target=False)))
