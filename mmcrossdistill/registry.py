"""Child registries of MMEngine's root registries, scope ``mmcrossdistill``.

Nothing of ours is ever registered into mmdet3d's or mmseg's registries: several names (``SparseUNet``
among them) exist there already. A config whose ``default_scope`` is ``mmcrossdistill`` builds our
modules without ``custom_imports``, because each registry imports its ``locations`` on first use.
"""
from __future__ import annotations

from mmengine.registry import DATA_SAMPLERS as MMENGINE_DATA_SAMPLERS
from mmengine.registry import DATASETS as MMENGINE_DATASETS
from mmengine.registry import HOOKS as MMENGINE_HOOKS
from mmengine.registry import METRICS as MMENGINE_METRICS
from mmengine.registry import MODELS as MMENGINE_MODELS
from mmengine.registry import OPTIM_WRAPPERS as MMENGINE_OPTIM_WRAPPERS
from mmengine.registry import TRANSFORMS as MMENGINE_TRANSFORMS
from mmengine.registry import Registry

SCOPE = 'mmcrossdistill'


def _child(name: str, parent: Registry, *locations: str) -> Registry:
    """Make the child of one root registry.

    Args:
        name: registry name, as the root names it.
        parent: MMEngine's root registry.
        locations: modules below the package that register into it.

    Returns:
        The child registry.
    """
    return Registry(
        name, parent=parent, scope=SCOPE, locations=[f'{SCOPE}.{place}' for place in locations])


DATASETS = _child('dataset', MMENGINE_DATASETS, 'datasets')
DATA_SAMPLERS = _child('data sampler', MMENGINE_DATA_SAMPLERS, 'datasets')
TRANSFORMS = _child('transform', MMENGINE_TRANSFORMS, 'datasets.transforms')
MODELS = _child('model', MMENGINE_MODELS, 'models')
HOOKS = _child('hook', MMENGINE_HOOKS, 'engine')
OPTIM_WRAPPERS = _child('optim wrapper', MMENGINE_OPTIM_WRAPPERS, 'engine')
METRICS = _child('metric', MMENGINE_METRICS, 'evaluation')
