_base_ = './depth_lp_vits.py'

model = dict(
    backbone_2d=dict(
        arch='vit_large_patch14_dinov2',
        init_cfg=dict(checkpoint='work_dirs/stage2_vitl/epoch_1.pth')))
