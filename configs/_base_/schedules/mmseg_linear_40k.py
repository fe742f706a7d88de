_base_ = 'mmseg::_base_/schedules/schedule_40k.py'

# DINOv2's linear evaluation: AdamW 1e-3, weight decay 1e-4, warm-up over 1500 of 40k iterations,
# then linearly to 0.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-3, weight_decay=1e-4))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=1500, by_epoch=False),
    dict(type='PolyLR', power=1.0, eta_min=0.0, begin=1500, end=40000, by_epoch=False)
]
