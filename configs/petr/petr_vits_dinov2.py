_base_ = [
    '../_base_/models/petr.py', '../_base_/datasets/nuscenes_det_camera.py',
    '../_base_/schedules/petr_24e.py', '../_base_/default_runtime.py'
]

# Collaborative Distillation, Table F: a frozen ViT-S/14. The paper gives neither image size nor
# schedule; mmdet3d's PETR has 320x800, of which these are the nearest multiples of 14, with zooms
# from 0.47 to 0.625.
image_size = (322, 798)
train_pipeline = [
    dict(step, size=image_size, zoom_range=(0.47, 0.625))
    if step['type'] == 'ZoomCropImages' else step for step in _base_.train_pipeline
]
val_pipeline = [
    dict(step, size=image_size) if step['type'] == 'ZoomCropImages' else step
    for step in _base_.val_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = val_dataloader

model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='vit_small_patch14_dinov2',
        feature='norm',
        frozen=True,
        checkpoint='checkpoints/dinov2_vits14_pretrain.pth'),
    head=dict(in_channels=384))
