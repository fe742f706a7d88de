_base_ = ['./slidr_minkunet34.py', '../_base_/encoders/dinov2_vitb14.py']

# As SuperFlow's tables compare SLidR: tokens before the final norm, images of whole patches.
model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        feature='prenorm',
        checkpoint=_base_.encoder_checkpoint,
        **_base_.encoder),
    projector_2d=dict(in_channels=_base_.encoder_width))
train_pipeline = [
    dict(step, **dict(size=(224, 448)) if step['type'] == 'CropResizeImages' else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
