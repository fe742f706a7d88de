_base_ = ['./minidrive_centerpoint.py', './second_head.py']

head = dict(_base_.second_head, in_channels=64, feat_channels=64)
model = dict(
    pts_bbox_head=dict(_delete_=True, **head),
    train_cfg=dict(_delete_=True, **_base_.second_train_cfg),
    test_cfg=dict(_delete_=True, **_base_.second_test_cfg))
optim_wrapper = dict(clip_grad=dict(max_norm=10))
