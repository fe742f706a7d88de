_base_ = '../olivine_minkunet34_grounded_sam.py'

# Weakly-supervised contrast alone, on pairs drawn with equal chances.
model = dict(
    consistency=None, pair_sampler=dict(with_density=False, with_category=False))
