_base_ = ['./ade20k_lp_vits.py', '../../_base_/encoders/fit3d_vitb14.py']

model = dict(
    backbone=dict(
        _delete_=True,
        shared=dict(feature='norm', pad_to_patch=True, frozen=True),
        **_base_.assembled),
    neck=dict(channels=_base_.assembled_width),
    decode_head=dict(in_channels=_base_.assembled_width, channels=_base_.assembled_width))
