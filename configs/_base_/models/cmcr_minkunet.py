_base_ = './slidr_minkunet.py'

# CMCR Sec. 4 and 5.1: PPKT's contrast on Cartesian voxels of 10 cm, a codebook of 512, images with
# hidden patches, occupancy. The weights of Eq. 17 are 1.
model = dict(
    type='CMCR',
    num_pairs=2048,
    data_preprocessor=dict(voxelizer=dict(coords='cartesian', voxel_size=0.1)),
    pooler=dict(_delete_=True, type='CorrespondencePooler'),
    head=dict(loss=dict(normalize=True)),
    codebook=dict(type='Codebook', num_codes=512, channels=64, decay=0.999),
    commitment=dict(type='CommitmentLoss', codeword='lidar'),
    reconstruction=dict(type='ImageReconstructionHead', in_channels=64, cell_size=1),
    with_geometry=True,
    occupancy=dict(type='OccupancyHead', in_channels=64, hidden_channels=128),
    orthogonality=dict(type='OrthogonalityLoss'))
