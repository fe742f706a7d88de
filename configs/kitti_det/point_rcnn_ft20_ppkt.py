_base_ = './point_rcnn_ft20_random.py'

model = dict(
    backbone=dict(
        backbone_3d=dict(
            init_cfg=dict(
                type='Pretrained',
                prefix='backbone_3d.',
                checkpoint='work_dirs/ppkt_minkunet34/epoch_50.pth'))))
