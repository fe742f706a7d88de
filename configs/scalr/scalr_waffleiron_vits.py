_base_ = './scalr_waffleiron_vitl.py'

model = dict(
    backbone_2d=dict(
        arch='vit_small_patch14_dinov2', checkpoint='checkpoints/dinov2_vits14_pretrain.pth'),
    projector_3d=dict(out_channels=384))
