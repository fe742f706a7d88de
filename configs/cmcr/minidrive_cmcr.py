_base_ = [
    '../_base_/models/cmcr_minkunet.py', '../_base_/datasets/minidrive_cmcr.py',
    '../_base_/schedules/cmcr.py', '../_base_/default_runtime.py'
]

# Not _base_/models/slidr_minidrive.py, whose encoders these are: that would leave no level of
# inheritance for the rows of Table 6. Images are painted cell by cell, 8 pixels each.
model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='minidrive_tiny',
        feature='prenorm',
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    projector_2d=dict(in_channels=128),
    backbone_3d=dict(preset='tiny'),
    projector_3d=dict(in_channels=48),
    reconstruction=dict(cell_size=8))
train_dataloader = dict(batch_size=2)
train_cfg = dict(max_epochs=2)
default_hooks = dict(logger=dict(interval=10))
