_base_ = './minidrive_cmcr.py'

# Table 6 (2): contrast and reconstructions; the decoders read the features themselves.
model = dict(
    codebook=None, commitment=None, with_geometry=False, orthogonality=None, consistency=None)
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=_base_.unlabelled_pipeline))
