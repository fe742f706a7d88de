_base_ = './minidrive_cmcr.py'

# Table 6 (1): the contrast alone, on whole images.
model = dict(
    codebook=None,
    commitment=None,
    reconstruction=None,
    with_geometry=False,
    occupancy=None,
    orthogonality=None,
    consistency=None)
needless = ('MaskImages', 'SampleOccupancyQueries')
train_pipeline = [step for step in _base_.unlabelled_pipeline if step['type'] not in needless]
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=train_pipeline))
