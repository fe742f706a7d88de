_base_ = '../stage2_vits.py'

supervised = 'work_dirs/seg3d_supervised/epoch_49.pth'
model = dict(
    stage1_checkpoint=None,
    require_stage1=False,
    backbone_2d=dict(checkpoint='checkpoints/dinov2_vits14_pretrain.pth'),
    backbone_3d=dict(
        init_cfg=dict(type='Pretrained', prefix='backbone_3d.', checkpoint=supervised)),
    projector_3d=dict(
        init_cfg=dict(type='Pretrained', prefix='projector_3d.', checkpoint=supervised)))
