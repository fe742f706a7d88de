_base_ = '../_base_/detection/minidrive_second.py'

model = dict(backbone_3d=dict(init_cfg=None))
