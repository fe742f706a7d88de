_base_ = '../minidrive_stage2.py'

# See onestage_l2_vits.py; 2e-3 is the learning rate of stage 1.
three_d = dict(lr_mult=2e-3 / _base_.optim_wrapper.optimizer.lr)
model = dict(
    direction='both',
    stage1_checkpoint=None,
    backbone_2d=dict(
        init_cfg=dict(
            _delete_=True,
            type='Pretrained',
            prefix='backbone_2d.',
            checkpoint='work_dirs/minidrive_reference/epoch_8.pth')),
    head=dict(loss=dict(_delete_=True, type='InfoNCELoss')))
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(backbone_3d=three_d, projector_3d=three_d)))
train_cfg = dict(max_epochs=2)
