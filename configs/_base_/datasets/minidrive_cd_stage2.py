_base_ = './nuscenes_cd_stage2.py'

data_root = 'data/minidrive/'
image_size = (112, 224)
train_pipeline = [
    dict(step, size=image_size) if step['type'] == 'ResizeImages' else step
    for step in _base_.train_pipeline
]
train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    dataset=dict(
        data_root=data_root, split='unlabelled', view_mode='per_view', pipeline=train_pipeline))
