_base_ = ['./nyu_depth_lp_vits.py', '../../_base_/encoders/fit3d_vitb14.py']

model = dict(
    backbone_2d=dict(
        _delete_=True,
        shared=dict(feature='prenorm', pad_to_patch=True),
        **_base_.assembled))
