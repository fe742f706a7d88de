encoder = dict(arch='vit_large_patch14_dinov2')
encoder_checkpoint = 'checkpoints/dinov2_vitl14_pretrain.pth'
encoder_width = 1024
