_base_ = './nuscenes_cd_stage1.py'

# KITTI object frames (tools/create_data.py kitti): stage-1 samples. The data preprocessor must
# standardise the intensity with ScaLR's values for KITTI (mean 0.28613698, std 0.14090556).
data_root = 'data/kitti/training/'
train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        ann_file='kitti_infos_train.pkl',
        data_prefix=dict(pts='velodyne', CAM2='image_2'),
        conditions=None))
