_base_ = '../olivine_minkunet34_grounded_sam.py'

# 6d: density-aware sampling.
model = dict(pair_sampler=dict(with_category=False))
