# CMCR on a folder of real frames (tools/create_data.py frames), at the published sizes. Without
# L_kl, for which there are no labels.
_base_ = './cmcr_minkunet34.py'

model = dict(consistency=None)
train_dataloader = dict(
    batch_size=1,
    num_workers=0,
    drop_last=False,
    dataset=dict(
        data_root='data/frames/',
        ann_file='frames_infos.pkl',
        data_prefix=dict(pts='', img=''),
        split=None,
        label_folder=None,
        pipeline=_base_.unlabelled_pipeline))
train_cfg = dict(max_epochs=1)
param_scheduler = []
