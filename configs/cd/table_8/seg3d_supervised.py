# The 3D side of stage 2 without stage 1: encoder and distillation head learn segmentation from
# scratch; the classifier on top of them is dropped. The paper names neither head nor schedule: here
# those of stage 1.
_base_ = [
    '../../_base_/models/seg3d_linear.py', '../../_base_/datasets/nuscenes_seg3d.py',
    '../../_base_/schedules/cd_stage1.py', '../../_base_/default_runtime.py'
]

model = dict(
    freeze_backbone=False,
    projector_3d=dict(type='LinearProjector', in_channels=768, out_channels=384),
    backbone_3d=dict(init_cfg=None))
train_cfg = dict(val_interval=49)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
