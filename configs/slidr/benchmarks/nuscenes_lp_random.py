_base_ = './nuscenes_lp_slidr.py'

model = dict(backbone_3d=dict(init_cfg=None))
