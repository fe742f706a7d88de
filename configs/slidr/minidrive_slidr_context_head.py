_base_ = './minidrive_slidr.py'

model = dict(projector_2d=dict(type='ConvMapProjector', num_layers=3))
