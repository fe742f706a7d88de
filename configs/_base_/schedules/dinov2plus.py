# Paper App. B.8: 1 epoch, lr 2e-5, the best of 5e-6 to 1e-4. The rest is DINOv2's recipe with its
# 100 epochs as the whole run: 10 % warm-up, a twentieth of the rate at the end (1e-6), weight decay
# 0.04 -> 0.4 (none on biases, norms and layer scale), lower rates for early blocks, gradients
# clipped at 3. The paper does not state the batch; it is that of stage 2.
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='LayerDecayConstructor',
    optimizer=dict(type='AdamW', lr=2e-5, weight_decay=0.04),
    paramwise_cfg=dict(flat_decay_mult=0.0, layer_decay=0.9, patch_embed_lr_mult=0.2),
    clip_grad=dict(max_norm=3.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-6, begin=0, end=0.1, convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR', eta_min_ratio=0.05, begin=0.1,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingParamScheduler', param_name='weight_decay', eta_min_ratio=10.0,
        begin=0, convert_to_iter_based=True)
]
custom_hooks = [dict(type='ScheduleSelfDistillHook')]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=1)
auto_scale_lr = dict(base_batch_size=32, enable=False)
