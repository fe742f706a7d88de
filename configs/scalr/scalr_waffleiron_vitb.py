_base_ = './scalr_waffleiron_vitl.py'

model = dict(
    backbone_2d=dict(
        arch='vit_base_patch14_dinov2', checkpoint='checkpoints/dinov2_vitb14_pretrain.pth'),
    projector_3d=dict(out_channels=768))
