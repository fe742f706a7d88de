_base_ = './stage1_vits.py'

model = dict(
    backbone_2d=dict(
        arch='vit_large_patch14_dinov2', checkpoint='checkpoints/dinov2_vitl14_pretrain.pth'),
    projector_3d=dict(out_channels=1024))
