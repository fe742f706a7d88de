_base_ = [
    '../../_base_/models/mmseg_linear.py', 'mmseg::_base_/datasets/cityscapes.py',
    '../../_base_/schedules/mmseg_linear_40k.py', 'mmseg::_base_/default_runtime.py'
]

# mmseg's defaults: crops of 512x1024 out of 1024x2048, 8 in all, whole images in the test.
model = dict(data_preprocessor=dict(size=(512, 1024)))
train_dataloader = dict(batch_size=8)
auto_scale_lr = dict(base_batch_size=8)
