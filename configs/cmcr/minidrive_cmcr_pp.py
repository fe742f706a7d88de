_base_ = './minidrive_cmcr.py'

# Table 6 (1): the contrast alone, on whole images.
model = dict(
    codebook=None,
    commitment=None,
    reconstruction=None,
    with_geometry=False,
    occupancy=None,
    orthogonality=None)
needless = ('MaskImages', 'SampleOccupancyQueries')
train_pipeline = [step for step in _base_.train_pipeline if step['type'] not in needless]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
