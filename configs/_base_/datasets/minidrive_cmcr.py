_base_ = './nuscenes_cmcr.py'

# As on nuScenes, with the sizes of the tiny encoders; fewer places with fewer points near them.
data_root = 'data/minidrive/'
tiny = dict(
    LoadWeakLabels=dict(num_classes=16),
    CropResizeImages=dict(size=(112, 224), min_pairs=256),
    SampleOccupancyQueries=dict(num_queries=600, max_neighbors=8))
train_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.train_pipeline]
unlabelled_pipeline = [
    dict(step, **tiny.get(step['type'], {})) for step in _base_.unlabelled_pipeline
]
train_dataloader = dict(
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(
        data_root=data_root,
        split='unlabelled',
        conditions=['day-clear'],
        label_folder='weak_labels/minidrive',
        pipeline=train_pipeline))
