"""Child registries of MMEngine's root registries, scope ``mmcrossdistill``.

Nothing of ours is ever registered into mmdet3d's or mmseg's registries: several names
(``SparseUNet`` among them) exist there already. A config whose ``default_scope`` is
``mmcrossdistill`` builds our modules without ``custom_imports``, because each registry imports its
``locations`` on first use.
"""
from __future__ import annotations

from mmengine import registry as root
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


DATASETS = _child('dataset', root.DATASETS, 'datasets')
DATA_SAMPLERS = _child('data sampler', root.DATA_SAMPLERS, 'datasets')
TRANSFORMS = _child('transform', root.TRANSFORMS, 'datasets.transforms')
MODELS = _child('model', root.MODELS, 'models')
METRICS = _child('metric', root.METRICS, 'evaluation')

# A registry of every kind that a runner builds: without one, MMEngine warns for our scope and
# falls back to its own.
HOOKS = _child('hook', root.HOOKS, 'engine')
LOOPS = _child('loop', root.LOOPS, 'engine')
MODEL_WRAPPERS = _child('model wrapper', root.MODEL_WRAPPERS, 'engine')
OPTIMIZERS = _child('optimizer', root.OPTIMIZERS, 'engine')
OPTIM_WRAPPERS = _child('optim wrapper', root.OPTIM_WRAPPERS, 'engine')
OPTIM_WRAPPER_CONSTRUCTORS = _child(
    'optimizer wrapper constructor', root.OPTIM_WRAPPER_CONSTRUCTORS, 'engine')
PARAM_SCHEDULERS = _child('parameter scheduler', root.PARAM_SCHEDULERS, 'engine')
LOG_PROCESSORS = _child('log processor', root.LOG_PROCESSORS, 'engine')
EVALUATOR = _child('evaluator', root.EVALUATOR, 'evaluation')
VISUALIZERS = _child('visualizer', root.VISUALIZERS, 'visualization')
VISBACKENDS = _child('vis_backend', root.VISBACKENDS, 'visualization')
