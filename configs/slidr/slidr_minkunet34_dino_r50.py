_base_ = './slidr_minkunet34.py'

model = dict(backbone_2d=dict(checkpoint='checkpoints/dino_resnet50_pretrain.pth'))
