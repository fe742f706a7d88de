"""What the runs of all pre-trainings of 3D encoders on MiniDrive share."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from mmcrossdistill.claims.recipe import Recipe
from mmcrossdistill.evaluation.corruption_grid import corruptions_of

from .cd_recipes import ENCODER_2D, ENCODER_3D

# Of the 60 probe scenes SLidR's rule keeps 3 at 5 %; of the tiny world's it keeps none.
_ALL = ('train_dataloader.dataset.fraction=1.0',)
_IMAGES = {ENCODER_2D: 'reference'}
_NO_WEIGHTS = ('model.backbone_3d.init_cfg=None',)

SCANS = corruptions_of('CorruptScan')

# 3D networks by the voxels they read, with the folder and the suffix of their probes' configs.
NETWORKS = {
    'cylindrical': ('slidr', ''), 'cartesian_10cm': ('simple_remedies', '_10cm'),
    'cartesian_5cm': ('simple_remedies', '_5cm'), 'waffleiron': ('scalr', '')}


def pretraining(name: str, title: str, folder: str, minutes: float,
                prepared: tuple[str, ...] = (), weights: Mapping[str, str] | None = None,
                world: str = 'none') -> Recipe:
    """Make a pre-training.

    Args:
        name: of the recipe; the config is ``configs/<folder>/minidrive_<name>.py``.
        title: for people.
        folder: below ``configs``.
        minutes: typical time.
        prepared: see :class:`Recipe`.
        weights: see :class:`Recipe`; by default the image encoder of the world.
        world: see :class:`Recipe`.
    """
    return Recipe(
        name, title, f'configs/{folder}/minidrive_{name}.py',
        weights=_IMAGES if weights is None else weights, resumable=True, world=world,
        prepared=prepared, typical_s=60 * minutes)


def evaluations(network: str, trained: str | None, title: str) -> list[Recipe]:
    """Make the linear probe and the fine-tunings of one 3D encoder.

    Args:
        network: key of ``NETWORKS``.
        trained: recipe of the encoder, or ``None`` for random weights.
        title: of the encoder.
    """
    folder, suffix = NETWORKS[network]
    name = trained or f'random_{network}'
    weights = {ENCODER_3D: trained} if trained else {}
    options = () if trained else _NO_WEIGHTS
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


def scanner_test(network: str, trained: str, title: str) -> Recipe:
    """Make the test of a linear probe on scans of failing scanners.

    Args:
        network: key of ``NETWORKS``.
        trained: recipe of the encoder.
        title: of the encoder.
    """
    folder, suffix = NETWORKS[network]
    return Recipe(
        f'scanner/{trained}', f'linear probe of {title} on scans of failing scanners',
        f'configs/{folder}/benchmarks/minidrive_lp{suffix}.py', 'corruptions',
        {'checkpoint': f'lp3d/{trained}'}, ('--corruptions', *SCANS), typical_s=180)


def with_evaluations(network: str, trainings: Sequence[Recipe]) -> dict[str, Recipe]:
    """List pre-trainings with their evaluations.

    Args:
        network: key of ``NETWORKS``.
        trainings: of it.

    Returns:
        By name.
    """
    return {recipe.name: recipe for training in trainings
            for recipe in (training, *evaluations(network, training.name, training.title))}
