_base_ = './point_rcnn_ft20_random_5cm.py'

model = dict(
    backbone=dict(
        backbone_3d=dict(
            init_cfg=dict(
                type='Pretrained',
                prefix='backbone_3d.',
                checkpoint='work_dirs/ppm/epoch_50.pth'))))
