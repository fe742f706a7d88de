# CMCR Sec. 5.1: Adam, one cycle up to 0.001, 50 epochs, batch 16 on 4 GPUs.
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.001))
param_scheduler = [
    dict(type='OneCycleLR', eta_max=0.001, begin=0, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50)
auto_scale_lr = dict(base_batch_size=16, enable=False)
