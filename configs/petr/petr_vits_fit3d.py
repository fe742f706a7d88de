_base_ = './petr_vits_dinov2.py'

# timm's names, and timm's resize of positions.
model = dict(
    backbone_2d=dict(
        pos_embed_resize='antialias', checkpoint='checkpoints/dinov2_small_finetuned.pth'))
