encoder = dict(arch='vit_large_patch14_reg4_dinov2', pos_embed_resize='antialias')
encoder_checkpoint = 'checkpoints/dinov2_vitl14_reg4_pretrain.pth'
encoder_width = 1024
