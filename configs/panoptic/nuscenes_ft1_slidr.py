_base_ = './nuscenes_ft1_random.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/slidr_cylinder3d/epoch_50.pth')))
