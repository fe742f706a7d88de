_base_ = './nuscenes_centerpoint_ft10_random.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/cmcr_voxelnet/epoch_50.pth')))
