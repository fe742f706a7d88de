_base_ = './nuscenes_det_camera.py'

# The images are not augmented, so that features of a frozen encoder can be kept; the scene is.
data_root = 'data/minidrive/'
train_pipeline, val_pipeline = (
    [dict(type='ResizeImages', size=(128, 224)) if step['type'] == 'ZoomCropImages' else step
     for step in pipeline] for pipeline in (_base_.train_pipeline, _base_.val_pipeline))
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    # The tiny world has splits smaller than a batch.
    drop_last=False,
    dataset=dict(data_root=data_root, split='probe', pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=4, num_workers=2, dataset=dict(data_root=data_root, pipeline=val_pipeline))
test_dataloader = val_dataloader
val_evaluator = dict(data_root=data_root, ann_file=data_root + 'nuscenes_infos_val.pkl')
test_evaluator = val_evaluator
