_base_ = './petr.py'

# A small decoder on the tiny ViT; features of the frozen encoder are kept in memory.
model = dict(
    grid_mask=None,
    cache_features=True,
    backbone_2d=dict(
        _delete_=True,
        type='ViT',
        arch='minidrive_tiny',
        feature='norm',
        frozen=True,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_stage2/epoch_1.pth')),
    head=dict(
        in_channels=128,
        num_queries=100,
        embed_dims=128,
        num_layers=3,
        num_heads=4,
        feedforward_channels=256,
        dropout=0.0,
        num_depths=32))
