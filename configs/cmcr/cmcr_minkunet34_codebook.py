_base_ = './cmcr_minkunet34.py'

# Table 6 (3): contrast, reconstructions and codebook.
model = dict(with_geometry=False, orthogonality=None, consistency=None)
train_dataloader = dict(dataset=dict(label_folder=None, pipeline=_base_.unlabelled_pipeline))
