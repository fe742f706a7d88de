# Linear depth of the Monocular-Depth-Estimation-Toolbox as DINOv2 uses it (paper 4.3, App. C.4):
# the last patch tokens, before the final norm, with the CLS token; 256 uniform bins. Images are
# padded to whole patches.
model = dict(
    type='DenseDepther',
    max_depth=80,
    num_bins=256,
    freeze_backbone=True,
    data_preprocessor=dict(
        type='ImgDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
    backbone_2d=dict(
        type='ViT',
        arch='vit_small_patch14_dinov2',
        feature='prenorm',
        pad_to_patch=True,
        # A stage-1 checkpoint here gives the encoder before distillation.
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_vits/epoch_1.pth')))
