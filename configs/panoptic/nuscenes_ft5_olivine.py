_base_ = './nuscenes_ft5_random.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/olivine_cylinder3d/epoch_50.pth')))
