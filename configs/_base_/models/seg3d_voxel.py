# SLidR's probe: a linear layer on the 96 channels before the distillation head; raw intensity;
# cylindrical voxels of 10 cm, 1 degree, 10 cm.
model = dict(
    type='VoxelSegmentor',
    num_classes=16,
    voxel_label='first',
    freeze_backbone=True,
    data_preprocessor=dict(voxelizer=dict(voxel_size=0.1, coords='cylindrical')),
    backbone_3d=dict(
        type='SparseUNet',
        preset='minkunet34c',
        in_channels=1,
        out_channels=None,
        bn_momentum=0.02,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/slidr_minkunet34/epoch_50.pth')))
