_base_ = [
    '../_base_/models/slidr_minkunet.py', '../_base_/datasets/nuscenes_inter_frame.py',
    '../_base_/schedules/slidr.py', '../_base_/default_runtime.py'
]

# Both remedies: Cartesian voxels of 5 cm, and inter-frame clouds aligned by PPM.
model = dict(
    type='SimpleRemedies',
    superpoints='joint',
    data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.05)))
auto_scale_lr = dict(base_batch_size=16)
