_base_ = './stage1_r50.py'

model = dict(backbone_2d=dict(checkpoint='checkpoints/moco_v2_800ep_pretrain.pth.tar'))
