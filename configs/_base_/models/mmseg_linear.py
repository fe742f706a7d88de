# DINOv2's linear segmentation of frozen features in mmseg (paper 4.3 follows DINOv2's protocol):
# batch norm and a 1x1 convolution on the last map, after the ViT's final norm; single scale.
# Images of any size are padded to whole patches, as DINOv2 does.
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=255,
        size=(512, 512)),
    backbone=dict(
        type='mmcrossdistill.ViT',
        arch='vit_small_patch14_dinov2',
        feature='norm',
        frozen=True,
        pad_to_patch=True,
        # A stage-1 checkpoint here gives the encoder before distillation.
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_vits/epoch_1.pth')),
    neck=dict(type='mmcrossdistill.BatchNormNeck', channels=384),
    decode_head=dict(
        type='FCNHead',
        in_channels=384,
        channels=384,
        num_convs=0,
        concat_input=False,
        dropout_ratio=0.0,
        num_classes=19,
        align_corners=False,
        loss_decode=dict(type='CrossEntropyLoss', loss_weight=1.0)),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
sync_bn = 'torch'
