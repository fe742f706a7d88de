_base_ = '../minidrive_olivine.py'

# 6d: density-aware sampling.
model = dict(pair_sampler=dict(with_category=False))
