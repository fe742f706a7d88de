_base_ = './nuscenes_slidr.py'

# Folders with a frame.json (tools/create_data.py frames).
data_root = 'data/frames/'
train_dataloader = dict(
    batch_size=1,
    num_workers=0,
    drop_last=False,
    dataset=dict(
        data_root=data_root,
        ann_file='frames_infos.pkl',
        data_prefix=dict(pts='', img=''),
        split=None))
