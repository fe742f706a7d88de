# OLIVINE Sec. 3 and App. A.3 over the networks of SLidR: `model = _base_.olivine`. A variable, so
# that the rows of the tables and those of MiniDrive stay within three levels of inheritance.
olivine = dict(
    type='OLIVINE',
    num_pairs=4096,
    pooler=dict(_delete_=True, type='CorrespondencePooler'),
    # L_PPNCE: cosines; lambda_1, lambda_2 and lambda_3 are 0.5, 0.5 and 1.
    head=dict(loss=dict(normalize=True, loss_weight=0.5)),
    semantic_projector_2d=dict(type='MapProjector', in_channels=2048, out_channels=64),
    semantic_projector_3d=dict(type='LinearProjector', in_channels=96, out_channels=64),
    # L_sup with DCAS
    pair_sampler=dict(type='PairSampler', num_pairs=4096),
    class_contrast=dict(
        type='SupervisedContrastLoss', num_classes=17, temperature=0.07, loss_weight=0.5),
    # L_kl
    consistency=dict(
        type='VMFConsistencyLoss',
        num_classes=17,
        channels=64,
        momentum=0.9999,
        warm_up=10000,
        loss_weight=1.0))

# What changes in SLidR's pipeline: labels instead of superpixels. 17 classes of SEEM.
labelled = dict(
    LoadSuperpixels=dict(type='LoadWeakLabels', num_classes=17),
    CorrespondencePipeline=dict(with_pixel_labels=True))
