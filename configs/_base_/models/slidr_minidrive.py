_base_ = './slidr_minkunet.py'

# The stand-in for a self-supervised image encoder is that of configs/cd/minidrive_reference.py,
# which has learnt from labels of scenes that no other step sees.
model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='minidrive_tiny',
        feature='prenorm',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    projector_2d=dict(in_channels=128),
    backbone_3d=dict(preset='tiny'),
    projector_3d=dict(in_channels=48))
