_base_ = './nuscenes_inter_frame.py'

# A world with LiDAR sweeps (tools/create_data.py minidrive --sweeps lidar), with the sizes of the
# tiny encoders.
data_root = 'data/minidrive_sweeps/'
per_cloud = [
    dict(step, **dict(min_pairs=256) if step['type'] == 'DropCuboids' else {})
    for step in _base_.per_cloud
]
tiny = dict(
    LoadInterFrameCloud=dict(record_folder=data_root + 'ppm'),
    ForEachCloud=dict(transforms=per_cloud),
    CropResizeImages=dict(size=(112, 224), min_pairs=256))
train_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.train_pipeline]
train_dataloader = dict(
    num_workers=2,
    drop_last=False,
    dataset=dict(
        data_root=data_root,
        split='unlabelled',
        conditions=['day-clear'],
        pipeline=train_pipeline))
