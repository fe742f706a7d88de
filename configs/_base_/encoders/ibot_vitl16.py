# The teacher of iBOT's ViT-L/16 on ImageNet-1K, renamed from checkpoint_teacher.pth.
encoder = dict(arch='vit_large_patch16_224')
encoder_checkpoint = 'checkpoints/ibot_vitl16_teacher.pth'
encoder_width = 1024
