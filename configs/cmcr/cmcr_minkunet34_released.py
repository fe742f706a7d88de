_base_ = './cmcr_minkunet34.py'

# What the released code does where it differs from the paper, as far as it is meant to: see the
# README. Its two updates of the codebook with 0.999 are one with 0.998 here.
model = dict(
    data_preprocessor=dict(intensity_std=255.0),
    backbone_2d=dict(output_stride=32),
    codebook=dict(num_codes=400, decay=0.998, normalize=True),
    commitment=dict(codeword='cross'),
    code_contrast=dict(type='CodeContrastLoss'),
    with_geometry=False,
    occupancy=dict(mean_over='pair', intensity_weight=1.0),
    orthogonality=dict(form='published', loss_weight=0.1),
    orthogonal_modalities=('3d', ),
    consistency=None)
released = dict(
    MaskImages=dict(patch_size=4, prob=0.5), SampleOccupancyQueries=dict(num_queries=2048))
train_pipeline = [
    dict(step, **released.get(step['type'], {})) for step in _base_.unlabelled_pipeline
]
train_dataloader = dict(batch_size=2, dataset=dict(label_folder=None, pipeline=train_pipeline))
optim_wrapper = dict(optimizer=dict(type='AdamW', weight_decay=0.01))
param_scheduler = []
train_cfg = dict(max_epochs=10)
auto_scale_lr = dict(base_batch_size=12)
