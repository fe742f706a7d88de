# See seg3d_supervised.py. Labels are those of the probes' scenes; as many epochs as a probe has.
_base_ = '../benchmarks/minidrive_seg3d_lp.py'

model = dict(
    freeze_backbone=False,
    projector_3d=dict(type='LinearProjector', in_channels=64, out_channels=128),
    backbone_3d=dict(init_cfg=None))
optim_wrapper = dict(optimizer=dict(lr=2e-3, weight_decay=0.03))
