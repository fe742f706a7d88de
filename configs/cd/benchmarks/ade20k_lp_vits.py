_base_ = [
    '../../_base_/models/mmseg_linear.py', 'mmseg::_base_/datasets/ade20k.py',
    '../../_base_/schedules/mmseg_linear_40k.py', 'mmseg::_base_/default_runtime.py'
]

# mmseg's defaults: crops of 512x512, 16 in all; tested as DINOv2 does, by sliding windows.
model = dict(
    decode_head=dict(num_classes=150),
    test_cfg=dict(mode='slide', crop_size=(512, 512), stride=(341, 341)))
train_dataloader = dict(batch_size=16)
