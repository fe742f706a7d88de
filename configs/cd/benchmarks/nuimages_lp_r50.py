_base_ = './nuimages_lp_vits.py'

model = dict(
    backbone_2d=dict(
        _delete_=True,
        type='ResNet',
        depth=50,
        init_cfg=dict(
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/stage2_r50/epoch_1.pth')))
optim_wrapper = dict(optimizer=dict(lr=1e-2))
