_base_ = ['./slidr_minkunet34.py', '../_base_/encoders/dino_vitb8.py']

# SLidR's code takes DINO's tokens after the final norm, and upsamples them by the patch.
model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        feature='norm',
        checkpoint=_base_.encoder_checkpoint,
        **_base_.encoder),
    projector_2d=dict(in_channels=_base_.encoder_width))
