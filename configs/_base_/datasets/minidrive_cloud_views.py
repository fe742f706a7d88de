_base_ = './nuscenes_cloud_views.py'

data_root = 'data/minidrive/'
train_dataloader = dict(
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='unlabelled', conditions=['day-clear']))
