_base_ = './acdc_night_lp_vitg.py'

train_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/snow/train', seg_map_path='gt/snow/train')))
val_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/snow/val', seg_map_path='gt/snow/val')))
test_dataloader = val_dataloader
