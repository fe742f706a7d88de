_base_ = ['./seg_lp_vits.py', '../../_base_/encoders/fit3d_vitb14.py']

model = dict(backbone_2d=dict(_delete_=True, shared=dict(feature='prenorm'), **_base_.assembled))
