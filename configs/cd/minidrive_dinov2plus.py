_base_ = [
    '../_base_/models/dinov2plus_vit.py', '../_base_/datasets/minidrive_cd_stage2.py',
    '../_base_/schedules/dinov2plus.py', '../_base_/default_runtime.py'
]

# The images of stage 2. Global crops have the size that the tiny encoder knows and, within DINOv2's
# range about it, the shape of whole images.
pipeline = [
    dict(type='SelectViews', num_views=1),
    dict(type='LoadImages'),
    dict(
        type='MultiCropImages', global_size=(128, 224), local_size=(48, 96), num_locals=4,
        ratio=(1.33, 2.37)),
    dict(type='MaskGlobalCrops', patch_size=8),
    dict(type='PackMultiCropInputs')
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))

# As many prototypes to the rows of a batch as DINOv2 has, roughly.
head = dict(in_channels=128, num_prototypes=256, hidden_channels=256, bottleneck_channels=64)
model = dict(
    backbone_2d=dict(
        arch='minidrive_tiny',
        checkpoint=None,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    student_drop_path_rate=0.1,
    dino_head=head,
    ibot_head=head)
# As much faster than the paper's as stage 2 of MiniDrive is.
optim_wrapper = dict(optimizer=dict(lr=5e-4))
default_hooks = dict(logger=dict(interval=10))
