_base_ = '../slidr/minidrive_slidr.py'

model = dict(
    head=dict(tolerance=dict(
        type='SemanticTolerance', min_quantile=0.01, max_quantile=1.0, with_balance=True)))
