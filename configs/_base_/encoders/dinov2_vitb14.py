encoder = dict(arch='vit_base_patch14_dinov2')
encoder_checkpoint = 'checkpoints/dinov2_vitb14_pretrain.pth'
encoder_width = 768
