_base_ = './slidr_minkunet34.py'

# As SuperFlow's tables compare SLidR: tokens before the final norm, images of whole patches.
model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='vit_small_patch14_dinov2',
        feature='prenorm',
        checkpoint='checkpoints/dinov2_vits14_pretrain.pth'),
    projector_2d=dict(in_channels=384))
train_pipeline = [
    dict(step, **dict(size=(224, 448)) if step['type'] == 'CropResizeImages' else {})
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
