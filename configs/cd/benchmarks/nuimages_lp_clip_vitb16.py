_base_ = ['./nuimages_lp_vits.py', '../../_base_/encoders/clip_vitb16.py']

model = dict(
    data_preprocessor=_base_.image_statistics,
    backbone_2d=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_clip_vitb16/epoch_1.pth'), **_base_.encoder))
