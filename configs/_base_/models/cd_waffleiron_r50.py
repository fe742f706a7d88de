_base_ = './cd_waffleiron_vit.py'

model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ResNet',
        depth=50,
        checkpoint='checkpoints/dino_resnet50_pretrain.pth'),
    projector_3d=dict(out_channels=2048))
