_base_ = './nuscenes_seg3d.py'

data_root = 'data/minidrive/'
# The range and the neighbours that the tiny WaffleIron was trained with.
tiny = dict(
    CropPointsToRange=dict(point_range=(-48, -48, -4, 48, 48, 12)),
    FindNeighbors=dict(num_neighbors=4))
train_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.train_pipeline]
val_pipeline = [dict(step, **tiny.get(step['type'], {})) for step in _base_.val_pipeline]
train_dataloader = dict(
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='probe', pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=2, dataset=dict(data_root=data_root, split='val', pipeline=val_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(excluded=dict(_delete_=True))
test_evaluator = val_evaluator
