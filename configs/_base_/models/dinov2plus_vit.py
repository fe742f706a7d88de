# DINOv2's student and teacher from its published encoder (paper 000: "the same training protocol of
# DINOv2"). The losses see tokens after the final norm, as DINOv2's do; probes read them before it,
# as for every other encoder. Heads are those of DINOv2's configs for its largest models.
head = dict(
    type='DINOHead', in_channels=384, num_prototypes=65536, hidden_channels=2048,
    bottleneck_channels=256)
model = dict(
    type='SelfDistiller',
    data_preprocessor=dict(type='MultiCropDataPreprocessor'),
    backbone_2d=dict(
        type='ViT',
        arch='vit_small_patch14_dinov2',
        checkpoint='checkpoints/dinov2_vits14_pretrain.pth',
        feature='norm'),
    student_drop_path_rate=0.3,
    dino_head=head,
    ibot_head=head,
    dino_loss=dict(type='DINOLoss'),
    ibot_loss=dict(type='IBOTPatchLoss'),
    koleo_loss=dict(type='KoLeoLoss', loss_weight=0.1))
