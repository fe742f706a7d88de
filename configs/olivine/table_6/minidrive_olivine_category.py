_base_ = '../minidrive_olivine.py'

# 6d: category-aware sampling.
model = dict(pair_sampler=dict(with_density=False))
