encoder = dict(arch='vit_giant_patch14_dinov2')
encoder_checkpoint = 'checkpoints/dinov2_vitg14_pretrain.pth'
encoder_width = 1536
