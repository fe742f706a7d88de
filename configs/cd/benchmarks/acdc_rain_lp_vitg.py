_base_ = './acdc_night_lp_vitg.py'

train_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/rain/train', seg_map_path='gt/rain/train')))
val_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/rain/val', seg_map_path='gt/rain/val')))
test_dataloader = val_dataloader
