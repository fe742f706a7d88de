"""The runs that the claims on image-to-LiDAR pre-training need on MiniDrive."""
from __future__ import annotations

from mmcrossdistill.claims.recipe import Recipe

from .pretraining_recipes import NETWORKS, evaluations, pretraining, with_evaluations

_REGIONS = ('superpixels',)

# Pre-training by network.
_TRAININGS = {
    'cylindrical': (
        pretraining('ppkt', 'PPKT', 'ppkt', 9),
        pretraining('slidr', 'SLidR', 'slidr', 9, _REGIONS),
        pretraining('slidr_context_head', 'SLidR with a context-rich image head', 'slidr', 10,
                    _REGIONS),
        pretraining('point_contrast', 'PointContrast on clouds alone', 'point_contrast', 10,
                    weights={}),
        pretraining('depth_contrast', 'DepthContrast on clouds alone', 'depth_contrast', 8,
                    weights={})),
    'cartesian_10cm': (
        pretraining('cartesian_10cm', 'SLidR on Cartesian voxels of 10 cm', 'simple_remedies', 9,
                    _REGIONS),),
    'cartesian_5cm': (
        pretraining('cartesian_5cm', 'SLidR on Cartesian voxels of 5 cm', 'simple_remedies', 11,
                    _REGIONS),
        pretraining('synced_x2', 'SLidR on Cartesian voxels of 5 cm, twice the batch',
                    'simple_remedies', 11, _REGIONS),
        pretraining('nearest', 'unsynced sweeps with the nearest images', 'simple_remedies', 18,
                    _REGIONS, world='all'),
        pretraining('ego', 'unsynced sweeps aligned by the motion of the car alone',
                    'simple_remedies', 18, _REGIONS, world='lidar'),
        pretraining('ppm', 'Simple Remedies: unsynced sweeps aligned by PPM', 'simple_remedies',
                    18, (*_REGIONS, 'ppm'), world='lidar')),
    'waffleiron': (pretraining('scalr', 'ScaLR', 'scalr', 8),)}

# How far points are from the voxels that the network reads.
_GRIDS = [
    Recipe(f'quantization/{network}', f'distance of points from their voxels, {network}',
           f'configs/{folder}/benchmarks/minidrive_lp{suffix}.py', 'quantization', typical_s=90)
    for network, (folder, suffix) in NETWORKS.items() if network != 'waffleiron']

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in _GRIDS}
for _network, _trainings in _TRAININGS.items():
    RECIPES |= {recipe.name: recipe for recipe in evaluations(
        _network, None, f'a random network, {_network}')}
    RECIPES |= with_evaluations(_network, _trainings)

# The network of each pre-training, whose random start it is compared with.
NETWORK_OF: dict[str, str] = {
    training.name: network for network, trainings in _TRAININGS.items() for training in trainings}
