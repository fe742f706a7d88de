# DINOv2 ViT-B/14 fine-tuned by FiT3D: timm's names, and timm's resize of positions. 'assembled' is
# FiT3D's own use of it, beside the DINOv2 that it came from.
encoder = dict(arch='vit_base_patch14_dinov2', pos_embed_resize='antialias')
encoder_checkpoint = 'checkpoints/dinov2_base_finetuned.pth'
encoder_width = 768
assembled = dict(
    type='mmcrossdistill.ConcatEncoders',
    encoders=[
        dict(
            type='mmcrossdistill.ViT',
            arch='vit_base_patch14_dinov2',
            pos_embed_resize='antialias',
            checkpoint=checkpoint) for checkpoint in (
                'checkpoints/dinov2_vitb14_pretrain.pth',
                'checkpoints/dinov2_base_finetuned.pth')
    ])
assembled_width = 1536
