_base_ = '../stage2_vits.py'

# Both encoders learn at once, each at the learning rate of its own stage. The paper states neither
# rates nor augmentation of the one-stage runs; the rest is stage 2's.
three_d = dict(lr_mult=100)
model = dict(
    direction='both',
    stage1_checkpoint=None,
    backbone_2d=dict(checkpoint='checkpoints/dinov2_vits14_pretrain.pth'))
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone_3d=three_d, projector_3d=three_d)))
