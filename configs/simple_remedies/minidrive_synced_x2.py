_base_ = '../slidr/minidrive_slidr.py'

# Table 2 (A): twice the batch, as many clouds per step as minidrive_ppm.py has.
model = dict(data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
train_dataloader = dict(batch_size=4)
