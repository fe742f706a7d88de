_base_ = './second_ft100_random.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/slidr_voxelnet/epoch_50.pth')))
