_base_ = './cd_waffleiron_vit.py'

# ScaLR: DINOv2 ViT-L into WaffleIron 48-768; the loss is divided by the pairs of each GPU.
model = dict(
    type='ScaLR',
    backbone_2d=dict(
        arch='vit_large_patch14_dinov2', checkpoint='checkpoints/dinov2_vitl14_pretrain.pth'),
    projector_3d=dict(out_channels=1024),
    head=dict(loss=dict(mean_over='rank')))
