_base_ = './second_ft5_random.py'

# Narrow networks on the nearer half of the range, two passes over 186 frames, 38 frames of
# validation: to see that everything runs, in minutes without a GPU. Its numbers compare with
# nothing.
point_range = [0, -20, -3, 35.2, 20, 1]
kept = {'PointsRangeFilter', 'ObjectRangeFilter'}
train_pipeline = [
    dict(step, point_cloud_range=point_range) if step['type'] in kept else step
    for step in _base_.kitti_train_pipeline
]
test_pipeline = [
    dict(step, point_cloud_range=point_range) if step['type'] in kept else step
    for step in _base_.kitti_test_pipeline
]
model = dict(
    backbone_3d=dict(point_range=point_range, widths=(8, 16, 32, 32), last_width=32),
    backbone=dict(in_channels=64, out_channels=[32, 64], layer_nums=[2, 2]),
    neck=dict(in_channels=[32, 64], out_channels=[32, 32]),
    bbox_head=dict(
        in_channels=64,
        feat_channels=64,
        anchor_generator=dict(
            ranges=[
                [0, -20.0, -0.6, 35.2, 20.0, -0.6],
                [0, -20.0, -0.6, 35.2, 20.0, -0.6],
                [0, -20.0, -1.78, 35.2, 20.0, -1.78],
            ])))
train_dataloader = dict(
    batch_size=2, num_workers=2, dataset=dict(times=1, dataset=dict(pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline, fraction=0.01))
test_dataloader = val_dataloader
lr = 0.001
optim_wrapper = dict(optimizer=dict(lr=lr))
param_scheduler = [
    dict(type='OneCycleLR', eta_max=10 * lr, total_steps=2, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=2, val_interval=2)
default_hooks = dict(logger=dict(interval=10), checkpoint=dict(interval=2))
