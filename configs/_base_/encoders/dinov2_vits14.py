encoder = dict(arch='vit_small_patch14_dinov2')
encoder_checkpoint = 'checkpoints/dinov2_vits14_pretrain.pth'
encoder_width = 384
