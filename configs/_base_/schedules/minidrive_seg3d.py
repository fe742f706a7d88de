_base_ = './slidr_seg3d_100e.py'

# AdamW and few epochs in place of the papers' 100: see the rates of the probes.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-2, weight_decay=0.003))
param_scheduler = [
    dict(type='CosineAnnealingLR', eta_min=0, begin=0, convert_to_iter_based=True)
]
train_cfg = dict(max_epochs=10, val_interval=10)
