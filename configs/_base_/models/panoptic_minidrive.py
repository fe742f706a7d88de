_base_ = './panoptic_cylinder3d.py'

# The small network, on cells of its own size, 20.8 cm and 2 degrees.
model = dict(
    norm='BN',
    backbone_3d=dict(preset='tiny'),
    bev_grid=dict(size=(240, 180)),
    sigma=2.0,
    instance_head=dict(
        in_channels=16, channels=(16, 32, 32), out_channels=16, mean_over='targets'))
