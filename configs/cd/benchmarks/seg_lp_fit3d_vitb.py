_base_ = ['./seg_lp_vits.py', '../../_base_/encoders/fit3d_vitb14.py']

model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        feature='prenorm',
        checkpoint=_base_.encoder_checkpoint,
        **_base_.encoder))
