_base_ = [
    '../../_base_/models/seg3d_linear.py',
    '../../_base_/datasets/minidrive_seg3d_all_points.py',
    '../../_base_/schedules/minidrive_seg3d_ft.py', '../../_base_/default_runtime.py'
]

# As the other methods, see configs/slidr/benchmarks/minidrive_ft5.py.
model = dict(
    freeze_backbone=False,
    data_preprocessor=dict(intensity_mean=25.0, intensity_std=25.0),
    backbone_3d=dict(
        arch='minidrive_tiny',
        init_cfg=dict(checkpoint='work_dirs/minidrive_scalr/epoch_4.pth')))
train_dataloader = dict(batch_size=2, dataset=dict(fraction=0.05))
