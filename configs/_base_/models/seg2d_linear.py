# Linear probe of paper App. C.3. The paper follows ScaLR, whose features are those before the ViT's
# final norm; that is also what distillation trains. DINOv2's own protocol reads them after it
# (feature='norm').
model = dict(
    type='PixelSegmentor',
    num_classes=16,
    # Not stated in the paper; DINOv2's linear head and ScaLR's both have a batch norm.
    norm='BN',
    freeze_backbone=True,
    # A stage-1 checkpoint here gives the encoder before distillation: stage 1 does not change it.
    backbone_2d=dict(
        type='ViT',
        arch='vit_small_patch14_dinov2',
        feature='prenorm',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_vits/epoch_1.pth')))
