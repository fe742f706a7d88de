_base_ = './minidrive_cmcr.py'

# Table 6 (4): contrast, reconstructions, codebook and geometry.
model = dict(orthogonality=None, consistency=None)
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=_base_.unlabelled_pipeline))
