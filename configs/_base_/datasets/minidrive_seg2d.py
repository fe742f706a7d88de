_base_ = './nuscenes_seg2d.py'

# For choices that the reported val must not see: --cfg-options
# val_dataloader.dataset.split=dev val_dataloader.dataset.ann_file=nuscenes_infos_train.pkl
data_root = 'data/minidrive/'
image_size = (128, 224)
pipeline = [
    dict(step, size=image_size) if step['type'] == 'ResizeImages' else step
    for step in _base_.pipeline
]
train_dataloader = dict(
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='probe', pipeline=pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(data_root=data_root, split='val', pipeline=pipeline))
test_dataloader = val_dataloader
# Every class is frequent at night here.
val_evaluator = dict(excluded=dict(_delete_=True))
test_evaluator = val_evaluator
