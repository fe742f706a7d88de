_base_ = './nuscenes_cd_stage1.py'

# As on nuScenes, with every camera of the unlabelled split as a sample of its own.
data_root = 'data/minidrive/'
# What differs for the tiny encoders: image size, range and neighbours of the point cloud.
tiny = dict(
    ResizeImages=dict(size=(128, 224)),
    CropPointsToRange=dict(point_range=(-48, -48, -4, 48, 48, 12)),
    FindNeighbors=dict(num_neighbors=4))
train_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.train_pipeline]
train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(
        data_root=data_root, split='unlabelled', view_mode='per_view', pipeline=train_pipeline))
