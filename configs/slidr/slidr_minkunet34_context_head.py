_base_ = './slidr_minkunet34.py'

# Sec. 3.3: a head that sees the surroundings of a pixel degenerates; its layout is ours.
model = dict(projector_2d=dict(type='ConvMapProjector', num_layers=3))
