encoder = dict(arch='vit_base_patch8_224')
encoder_checkpoint = 'checkpoints/dino_vitbase8_pretrain.pth'
encoder_width = 768
