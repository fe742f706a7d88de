_base_ = './nuscenes_depth2d.py'

# All cameras instead of the front one, for six times the images; `dev` as in minidrive_seg2d.py.
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
    dataset=dict(data_root=data_root, split='probe', views=None, pipeline=pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(data_root=data_root, split='val', views=None, pipeline=pipeline))
test_dataloader = val_dataloader
