_base_ = './acdc_night_lp_vitg.py'

train_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/fog/train', seg_map_path='gt/fog/train')))
val_dataloader = dict(
    dataset=dict(data_prefix=dict(img_path='rgb_anon/fog/val', seg_map_path='gt/fog/val')))
test_dataloader = val_dataloader
