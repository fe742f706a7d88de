_base_ = './minidrive_ft5_random.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/minidrive_cmcr_cylinder3d/epoch_2.pth')))
