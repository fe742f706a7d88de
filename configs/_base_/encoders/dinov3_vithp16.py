# DINOv3's distilled ViT-H+/16 (web images); gated download, DINOv3 licence.
encoder = dict(arch='vit_huge_plus_patch16_dinov3_qkvb')
encoder_checkpoint = 'checkpoints/dinov3_vith16plus_pretrain_lvd1689m-7c1da9a5.pth'
encoder_width = 1280
