"""The runs that compare pre-trainings by detection and panoptic segmentation on MiniDrive."""
from __future__ import annotations

from mmcrossdistill.claims.recipe import Recipe

from .cd_recipes import ENCODER_3D
from .pretraining_recipes import pretraining

# The 3D networks and what is fine-tuned on them: run, folder and beginning of its configs, words,
# minutes.
TASKS = {
    'voxelnet': (('centerpoint_5', 'detection', 'minidrive_centerpoint', 'CenterPoint', 11),
                 ('second_5', 'detection', 'minidrive_second', 'SECOND', 11)),
    'cylinder3d': (('panoptic_5', 'panoptic', 'minidrive_ft5', 'panoptic segmentation', 13),)}
# Pre-training by method: title, minutes, what it needs of the world.
METHODS = {
    'slidr': ('SLidR', 9, ('superpixels',)), 'olivine': ('OLIVINE', 11, ('weak_labels',)),
    'cmcr': ('CMCR', 12, ('weak_labels',))}
# The configs keep every 20th of the 60 probe scenes; of the tiny world's it would be none.
_ALL = 'train_dataloader.dataset.fraction=1.0'


def _tasks(network: str, method: str | None, title: str) -> list[Recipe]:
    """Make the fine-tunings of one 3D encoder.

    Args:
        network: key of ``TASKS``.
        method: that trained it, or ``None`` for random weights.
        title: of the encoder.
    """
    weights = {ENCODER_3D: f'{method}_{network}'} if method else {}
    return [Recipe(
        f'{run}/{method or "random"}_{network}', f'5 % fine-tuning of {words} on {title}',
        f'configs/{folder}/{config}_{method or "random"}.py', weights=weights,
        quick_options=(_ALL,), typical_s=60 * minutes)
        for run, folder, config, words, minutes in TASKS[network]]


RECIPES: dict[str, Recipe] = {}
# The network of each pre-training, whose random start it is compared with.
NETWORK_OF: dict[str, str] = {}
for _network in TASKS:
    _made = _tasks(_network, None, f'a random {_network}')
    for _method, (_title, _minutes, _prepared) in METHODS.items():
        _encoder = f'{_method}_{_network}'
        _made.append(pretraining(_encoder, f'{_title} on a {_network}', _method, _minutes,
                                 _prepared))
        _made += _tasks(_network, _method, f'a {_network} of {_title}')
        NETWORK_OF[_encoder] = _network
    RECIPES |= {recipe.name: recipe for recipe in _made}
