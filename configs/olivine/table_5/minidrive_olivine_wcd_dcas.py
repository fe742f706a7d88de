_base_ = '../minidrive_olivine.py'

# Without consistency.
model = dict(consistency=None)
