# CMCR on a folder of real frames (tools/create_data.py frames), at the published sizes.
_base_ = './cmcr_minkunet34.py'

train_dataloader = dict(
    batch_size=1,
    num_workers=0,
    drop_last=False,
    dataset=dict(
        data_root='data/frames/',
        ann_file='frames_infos.pkl',
        data_prefix=dict(pts='', img=''),
        split=None))
train_cfg = dict(max_epochs=1)
param_scheduler = []
