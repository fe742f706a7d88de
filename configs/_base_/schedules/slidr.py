# SLidR Sec. 4.1: SGD 0.5, momentum 0.9 with dampening 0.1, weight decay 1e-4 on everything, cosine
# to 0 by epochs, 50 epochs, batch 4. On 4 GPUs (batch 16) the paper takes 2.0 (Sec. 4.4).
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.5, momentum=0.9, dampening=0.1, weight_decay=1e-4))
param_scheduler = [dict(type='CosineAnnealingLR', eta_min=0, begin=0, by_epoch=True)]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50)
auto_scale_lr = dict(base_batch_size=4, enable=False)
