_base_ = '../minidrive_stage2.py'

supervised = 'work_dirs/minidrive_seg3d_supervised/epoch_10.pth'
model = dict(
    stage1_checkpoint=None,
    require_stage1=False,
    backbone_2d=dict(
        init_cfg=dict(
            _delete_=True,
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    backbone_3d=dict(
        init_cfg=dict(type='Pretrained', prefix='backbone_3d.', checkpoint=supervised)),
    projector_3d=dict(
        init_cfg=dict(type='Pretrained', prefix='projector_3d.', checkpoint=supervised)))
