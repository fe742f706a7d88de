# The DINOv2 encoder inside Depth Anything V2, trained further by it.
encoder = dict(arch='vit_base_patch14_dinov2')
encoder_checkpoint = 'checkpoints/depth_anything_v2_vitb.pth'
encoder_width = 768
