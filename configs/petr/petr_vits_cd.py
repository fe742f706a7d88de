_base_ = './petr_vits_dinov2.py'

model = dict(
    backbone_2d=dict(
        checkpoint=None,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_vits/epoch_1.pth')))
