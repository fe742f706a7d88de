# CMCR Sec. 4 and 5.1 over the networks of SLidR: `model = _base_.cmcr`. A variable, so that the
# rows of the tables and those of MiniDrive stay within three levels of inheritance. The weights of
# Eq. 17 are 1.
cmcr = dict(
    type='CMCR',
    num_pairs=2048,
    data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.1)),
    pooler=dict(_delete_=True, type='CorrespondencePooler'),
    # L_NCE: cosines.
    head=dict(loss=dict(normalize=True)),
    codebook=dict(type='Codebook', num_codes=512, channels=64, decay=0.999),
    commitment=dict(type='CommitmentLoss', codeword='lidar'),
    # L_rec
    reconstruction=dict(type='ImageReconstructionHead', in_channels=64, cell_size=1),
    with_geometry=True,
    occupancy=dict(type='OccupancyHead', in_channels=64, hidden_channels=128),
    orthogonality=dict(type='OrthogonalityLoss'),
    # L_kl, as in OLIVINE; 17 classes of SEEM.
    consistency=dict(
        type='VMFConsistencyLoss',
        num_classes=17,
        channels=64,
        momentum=0.9999,
        warm_up=10000))
