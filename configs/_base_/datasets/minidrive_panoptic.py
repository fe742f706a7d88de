_base_ = './nuscenes_panoptic.py'

data_root = 'data/minidrive/'
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='probe'))
val_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root, split='val'))
test_dataloader = val_dataloader
