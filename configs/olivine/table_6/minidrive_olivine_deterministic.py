_base_ = '../minidrive_olivine.py'

# 6c: classes are centres without a spread; that the pull is that of concentration 1 is ours.
model = dict(consistency=dict(fixed_kappa=1.0))
