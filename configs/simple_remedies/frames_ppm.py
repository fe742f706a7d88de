# Simple Remedies on a folder of real frames with LiDAR sweeps (tools/create_data.py frames), at the
# published sizes.
_base_ = './ppm.py'

data_root = 'data/frames/'
train_pipeline = [
    dict(step, **dict(record_folder=data_root + 'ppm')
         if step['type'] == 'LoadInterFrameCloud' else {}) for step in _base_.train_pipeline
]
train_dataloader = dict(
    batch_size=1,
    num_workers=0,
    drop_last=False,
    dataset=dict(
        data_root=data_root,
        ann_file='frames_infos.pkl',
        data_prefix=dict(pts='', img=''),
        split=None,
        pipeline=train_pipeline))
train_cfg = dict(max_epochs=1)
param_scheduler = []
