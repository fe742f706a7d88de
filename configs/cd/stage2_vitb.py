_base_ = './stage2_vits.py'

model = dict(
    stage1_checkpoint='work_dirs/stage1_vitb/epoch_49.pth',
    backbone_2d=dict(arch='vit_base_patch14_dinov2'),
    projector_3d=dict(out_channels=768))
