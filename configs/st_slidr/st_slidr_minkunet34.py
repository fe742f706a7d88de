_base_ = '../slidr/slidr_minkunet34.py'

# ST-SLidR: semantically tolerant weights and class balance; batch 16 on 2 GPUs at SLidR's rate.
model = dict(
    head=dict(tolerance=dict(
        type='SemanticTolerance', min_quantile=0.01, max_quantile=1.0, with_balance=True)))
train_dataloader = dict(batch_size=8)
auto_scale_lr = dict(base_batch_size=16)
randomness = dict(seed=2022)
