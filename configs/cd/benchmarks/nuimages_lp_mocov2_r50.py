_base_ = './nuimages_lp_r50.py'

model = dict(backbone_2d=dict(init_cfg=dict(checkpoint='work_dirs/stage2_mocov2_r50/epoch_1.pth')))
