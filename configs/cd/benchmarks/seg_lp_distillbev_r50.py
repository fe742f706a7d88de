_base_ = './seg_lp_r50.py'

# The image encoder inside a detector's checkpoint (img_backbone.): DistillBEV's BEVDepth.
model = dict(backbone_2d=dict(checkpoint='checkpoints/distillbev_bevdepth_r50.pth', init_cfg=None))
