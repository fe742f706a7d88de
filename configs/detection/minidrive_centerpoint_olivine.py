_base_ = '../_base_/detection/minidrive_centerpoint.py'

model = dict(
    backbone_3d=dict(
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_3d.',
            checkpoint='work_dirs/minidrive_olivine_voxelnet/epoch_2.pth')))
