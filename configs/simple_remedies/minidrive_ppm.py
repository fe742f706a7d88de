_base_ = [
    '../_base_/models/slidr_minidrive.py', '../_base_/datasets/minidrive_inter_frame.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

model = dict(
    type='SimpleRemedies',
    superpoints='joint',
    data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
train_dataloader = dict(batch_size=2)
# At 0.5 the loss of the tiny network rises far above chance.
optim_wrapper = dict(optimizer=dict(lr=0.05))
train_cfg = dict(max_epochs=2)
param_scheduler = [
    dict(type='CosineAnnealingLR', eta_min=0, begin=0, convert_to_iter_based=True)
]
default_hooks = dict(logger=dict(interval=10))
