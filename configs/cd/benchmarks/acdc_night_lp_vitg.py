_base_ = [
    '../../_base_/models/mmseg_linear.py', '../../_base_/datasets/acdc_night.py',
    '../../_base_/schedules/mmseg_linear_40k.py', 'mmseg::_base_/default_runtime.py',
    '../../_base_/encoders/dinov2_vitg14.py'
]

model = dict(
    data_preprocessor=dict(size=(512, 1024)),
    backbone=dict(
        init_cfg=dict(checkpoint='work_dirs/stage2_vitg/epoch_1.pth'), **_base_.encoder),
    neck=dict(channels=_base_.encoder_width),
    decode_head=dict(in_channels=_base_.encoder_width, channels=_base_.encoder_width))
train_dataloader = dict(batch_size=8)
auto_scale_lr = dict(base_batch_size=8)
