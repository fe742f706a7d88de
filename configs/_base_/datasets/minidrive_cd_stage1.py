_base_ = './nuscenes_cd_stage1.py'

# As on nuScenes, with all cameras of a keyframe: the maps of the frozen encoder are cached, so that
# a step costs what its clouds cost, and six pictures to a cloud give six times the pairs.
data_root = 'data/minidrive/'
# What differs for the tiny encoders: image size, range and neighbours of the point cloud.
tiny = dict(
    SelectViews=dict(num_views='all'),
    ResizeImages=dict(size=(128, 224)),
    CropPointsToRange=dict(point_range=(-48, -48, -4, 48, 48, 12)),
    FindNeighbors=dict(num_neighbors=4))
train_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.train_pipeline]
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='unlabelled', pipeline=train_pipeline))
