# Linear probe of paper App. C.3: one linear layer to metres, mean squared error. Features before
# the ViT's final norm, as in seg2d_linear.py.
model = dict(
    type='PixelDepther',
    norm=None,
    freeze_backbone=True,
    # Evaluated at the pixels of the full image, which fall between those of the resized one.
    pixel_rounding='none',
    backbone_2d=dict(
        type='ViT',
        arch='vit_small_patch14_dinov2',
        feature='prenorm',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_vits/epoch_1.pth')))
