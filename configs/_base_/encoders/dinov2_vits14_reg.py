encoder = dict(arch='vit_small_patch14_reg4_dinov2', pos_embed_resize='antialias')
encoder_checkpoint = 'checkpoints/dinov2_vits14_reg4_pretrain.pth'
encoder_width = 384
