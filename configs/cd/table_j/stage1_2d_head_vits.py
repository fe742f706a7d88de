_base_ = '../stage1_vits.py'

# The head belongs to the frozen side of stage 1: it stays as it was drawn, and learns in stage 2.
model = dict(
    projector_2d=dict(type='MapProjector', in_channels=384, out_channels=768),
    projector_3d=None)
