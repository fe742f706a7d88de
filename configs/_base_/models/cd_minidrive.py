_base_ = './cd_waffleiron_vit.py'

# The tiny presets of both encoders; the 2D weights come from configs/cd/minidrive_reference.py.
model = dict(
    cache_frozen_2d=True,
    data_preprocessor=dict(intensity_mean=25.0, intensity_std=25.0),
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='minidrive_tiny',
        feature='prenorm',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    backbone_3d=dict(_delete_=True, type='WaffleIron', arch='minidrive_tiny'),
    projector_3d=dict(in_channels=64, out_channels=128))
