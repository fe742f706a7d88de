# ScaLR's linear probe of the 3D encoder: batch norm and a zero-initialised linear layer.
model = dict(
    type='PointSegmentor',
    num_classes=16,
    norm='BN',
    freeze_backbone=True,
    data_preprocessor=dict(intensity_mean=18.742355, intensity_std=22.04632),
    backbone_3d=dict(
        type='WaffleIron',
        arch='48_768',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/stage1_vits/epoch_49.pth')))
