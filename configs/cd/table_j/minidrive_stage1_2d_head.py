_base_ = '../minidrive_stage1.py'

# The head belongs to the frozen side of stage 1: it stays as it was drawn, and learns in stage 2.
model = dict(
    projector_2d=dict(type='MapProjector', in_channels=128, out_channels=64),
    projector_3d=None)
