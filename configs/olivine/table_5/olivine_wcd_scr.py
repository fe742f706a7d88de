_base_ = '../olivine_minkunet34_grounded_sam.py'

# Without DCAS; also the row of random sampling in Table 6d.
model = dict(pair_sampler=dict(with_density=False, with_category=False))
