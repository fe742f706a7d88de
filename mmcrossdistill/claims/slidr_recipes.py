"""The runs that the claims on image-to-LiDAR pre-training need on MiniDrive."""
from __future__ import annotations

from .cd_recipes import ENCODER_2D, ENCODER_3D
from .recipe import Recipe

# Of the 60 probe scenes SLidR's rule keeps 3 at 5 %; of the tiny world's it keeps none.
_ALL = ('train_dataloader.dataset.fraction=1.0',)
_IMAGES = {ENCODER_2D: 'reference'}
_NO_WEIGHTS = ('model.backbone_3d.init_cfg=None',)
_REGIONS = ('superpixels',)

# 3D networks by the voxels they read, with the folder and the suffix of their probes' configs.
_NETWORKS = {
    'cylindrical': ('slidr', ''), 'cartesian_10cm': ('simple_remedies', '_10cm'),
    'cartesian_5cm': ('simple_remedies', '_5cm'), 'waffleiron': ('scalr', '')}


def _train(name: str, title: str, folder: str, minutes: float, prepared: tuple[str, ...] = (),
           weights: dict[str, str] | None = None, world: str = 'none') -> Recipe:
    """Make a pre-training."""
    return Recipe(
        name, title, f'configs/{folder}/minidrive_{name}.py',
        weights=_IMAGES if weights is None else weights, resumable=True, world=world,
        prepared=prepared, typical_s=60 * minutes)


# Pre-training by network.
_TRAININGS = {
    'cylindrical': (
        _train('ppkt', 'PPKT', 'ppkt', 9),
        _train('slidr', 'SLidR', 'slidr', 9, _REGIONS),
        _train('slidr_context_head', 'SLidR with a context-rich image head', 'slidr', 10,
               _REGIONS),
        _train('point_contrast', 'PointContrast on clouds alone', 'point_contrast', 10, weights={}),
        _train('depth_contrast', 'DepthContrast on clouds alone', 'depth_contrast', 8,
               weights={})),
    'cartesian_10cm': (
        _train('cartesian_10cm', 'SLidR on Cartesian voxels of 10 cm', 'simple_remedies', 9,
               _REGIONS),),
    'cartesian_5cm': (
        _train('cartesian_5cm', 'SLidR on Cartesian voxels of 5 cm', 'simple_remedies', 11,
               _REGIONS),
        _train('synced_x2', 'the same with twice the batch', 'simple_remedies', 11, _REGIONS),
        _train('nearest', 'unsynced sweeps with the nearest images', 'simple_remedies', 18,
               _REGIONS, world='all'),
        _train('ego', 'unsynced sweeps aligned by the motion of the car alone', 'simple_remedies',
               18, _REGIONS, world='lidar'),
        _train('ppm', 'Simple Remedies: unsynced sweeps aligned by PPM', 'simple_remedies', 18,
               (*_REGIONS, 'ppm'), world='lidar')),
    'waffleiron': (_train('scalr', 'ScaLR', 'scalr', 8),)}


def _evaluations(network: str, pretraining: str | None, title: str) -> list[Recipe]:
    """Make the linear probe and the fine-tunings of one 3D encoder.

    Args:
        network: key of ``_NETWORKS``.
        pretraining: recipe of the encoder, or ``None`` for random weights.
        title: of the encoder.
    """
    folder, suffix = _NETWORKS[network]
    name = pretraining or f'random_{network}'
    weights = {ENCODER_3D: pretraining} if pretraining else {}
    options = () if pretraining else _NO_WEIGHTS
    # WaffleIron searches neighbours; smaller voxels are more voxels.
    slow = {'waffleiron': 1.5, 'cartesian_5cm': 1.25}.get(network, 1.0)
    rows = {'lp3d': ('lp', 'linear probe of {}', 190, ()),
            'ft3d_5': ('ft5', '5 % fine-tuning of {}', 190, _ALL)}
    if network == 'cylindrical':
        rows['ft3d_100'] = 'ft100', '100 % fine-tuning of {}', 330, ()
    return [Recipe(
        f'{run}/{name}', words.format(title),
        f'configs/{folder}/benchmarks/minidrive_{config}{suffix}.py', weights=weights,
        options=options, quick_options=quick, typical_s=slow * seconds)
        for run, (config, words, seconds, quick) in rows.items()]


# How far points are from the voxels that the network reads.
_GRIDS = [
    Recipe(f'quantization/{network}', f'distance of points from their voxels, {network}',
           f'configs/{folder}/benchmarks/minidrive_lp{suffix}.py', 'quantization', typical_s=90)
    for network, (folder, suffix) in _NETWORKS.items() if network != 'waffleiron']

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in _GRIDS} | {
    recipe.name: recipe for network, trainings in _TRAININGS.items() for recipe in (
        *trainings, *_evaluations(network, None, f'a random network, {network}'),
        *(evaluation for training in trainings
          for evaluation in _evaluations(network, training.name, training.title)))}

# The network of each pre-training, whose random start it is compared with.
NETWORK_OF: dict[str, str] = {
    training.name: network for network, trainings in _TRAININGS.items() for training in trainings}
