_base_ = '../olivine_minkunet34_grounded_sam.py'

# Without consistency.
model = dict(consistency=None)
