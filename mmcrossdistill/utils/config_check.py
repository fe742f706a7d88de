"""Check a config before anything is built: types, arguments and top-level keys, with suggestions.

Each ``type`` is resolved in the registry that its place in the config calls for, and the other
keys of that dict are bound against the signature. Nothing is instantiated, so a config for eight
GPUs and a terabyte of data is checked in seconds on a laptop.
"""
from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Iterator
from typing import Any

import mmengine.runner  # noqa: F401  registers MMEngine's own loops, hooks, optimizers and schedulers
from mmengine import registry as roots
from mmengine.config import Config
from mmengine.registry import Registry
from torch.utils.data import DataLoader

from .signatures import accepted_arguments, nearest

# The registry of a dict with a `type`, by the key under which it stands; below, it is inherited.
_BY_KEY: dict[str, Registry] = {
    'model': roots.MODELS,
    'data_preprocessor': roots.MODELS,
    'model_wrapper_cfg': roots.MODEL_WRAPPERS,
    'init_cfg': roots.WEIGHT_INITIALIZERS,
    'dataset': roots.DATASETS,
    'datasets': roots.DATASETS,
    'pipeline': roots.TRANSFORMS,
    'transforms': roots.TRANSFORMS,
    'sampler': roots.DATA_SAMPLERS,
    'batch_sampler': roots.DATA_SAMPLERS,
    'collate_fn': roots.FUNCTIONS,
    'worker_init_fn': roots.FUNCTIONS,
    'val_evaluator': roots.METRICS,
    'test_evaluator': roots.METRICS,
    'default_hooks': roots.HOOKS,
    'custom_hooks': roots.HOOKS,
    'optim_wrapper': roots.OPTIM_WRAPPERS,
    'optimizer': roots.OPTIMIZERS,
    'param_scheduler': roots.PARAM_SCHEDULERS,
    'visualizer': roots.VISUALIZERS,
    'vis_backends': roots.VISBACKENDS,
    'log_processor': roots.LOG_PROCESSORS,
}
_LOOPS = {'train_cfg': 'EpochBasedTrainLoop', 'val_cfg': 'ValLoop', 'test_cfg': 'TestLoop'}
_LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')
_RUNNER_KEYS = frozenset({
    *_LOADERS, *_LOOPS, 'auto_scale_lr', 'custom_hooks', 'custom_imports', 'data_preprocessor',
    'default_hooks', 'default_scope', 'env_cfg', 'experiment_name', 'find_unused_parameters',
    'launcher', 'load_from', 'log_level', 'log_processor', 'model', 'model_wrapper_cfg',
    'optim_wrapper', 'param_scheduler', 'randomness', 'resume', 'runner_type', 'sync_bn',
    'test_evaluator', 'val_evaluator', 'vis_backends', 'visualizer', 'work_dir'})
# What MMEngine itself adds when it builds, and what it takes out of the dict before.
_GIVEN_BY_BUILDER = {
    'data sampler': {'dataset', 'sampler', 'batch_size'},
    'loop': {'runner', 'dataloader', 'evaluator'}, 'optimizer': {'params'},
    'optim_wrapper': {'optimizer'}, 'parameter scheduler': {'optimizer'},
    'function': {'data_batch', 'worker_id'}, 'model_wrapper': {'module'},
    'vis_backend': {'save_dir'},
}
_TAKEN_BY_BUILDER = {
    'hook': {'priority'}, 'optim_wrapper': {'constructor', 'paramwise_cfg'},
    'parameter scheduler': {'convert_to_iter_based'},
}
# What a module reads from the config of its part: mmdet3d's VoxelSetAbstraction.
_READ_BY_PARENT = {'StackedSAModuleMSG': {'scale_factor'}}
_LOADER_KEYS = accepted_arguments(DataLoader).names | {'num_batch_per_epoch'}


class ConfigError(ValueError):
    """A config that cannot run."""


def ensure_valid(cfg: Config, filename: str) -> None:
    """Stop early, with all problems at once.

    Args:
        cfg: the config with all overrides.
        filename: where it came from.

    Raises:
        ConfigError: if anything is wrong.
    """
    problems = check_config(cfg)
    if problems:
        listing = '\n'.join(f'  {problem}' for problem in problems)
        raise ConfigError(f'{filename} (with its bases and --cfg-options):\n{listing}')


def check_config(cfg: Config) -> list[str]:
    """Find what would fail when the config is built.

    Args:
        cfg: the config.

    Returns:
        One line for each problem, each starting with the dotted key; empty if there is none.
    """
    for module in cfg.get('custom_imports', {}).get('imports', ()):
        importlib.import_module(module)
    scope = cfg.get('default_scope', 'mmengine')
    problems = list(_check_top_level(cfg))
    for key, value in cfg.items():
        if key in _RUNNER_KEYS:
            problems += _check(value, key, key, scope, None)
    return problems


def _check_top_level(cfg: Config) -> Iterator[str]:
    """Spell-check the top-level keys; helper variables may have any name that resembles none.

    Args:
        cfg: the config.

    Yields:
        Problems.
    """
    for key, value in cfg.items():
        # A name that a base of another library gets wrong is switched off by None.
        if key in _RUNNER_KEYS or value is None:
            continue
        close = difflib.get_close_matches(key, _RUNNER_KEYS, n=1, cutoff=0.85)
        if close:
            yield f'{key}: unknown top-level key; did you mean {close[0]!r}?'


def _check(
    value: Any, path: str, key: str, scope: str, registry: Registry | None,
) -> Iterator[str]:
    """Check one value and all below it.

    Args:
        value: part of the config.
        path: its dotted key from the top.
        key: its last key that is a name.
        scope: registry scope that holds here.
        registry: registry of the dicts above, if any.

    Yields:
        Problems.
    """
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _check(item, f'{path}.{index}', key, scope, registry)
        return
    if not isinstance(value, dict):
        return
    scope = value.get('_scope_', scope)
    # Below a model, a sampler draws boxes.
    if registry is not roots.MODELS or key != 'sampler':
        registry = _BY_KEY.get(key, registry)
    if path in _LOADERS:
        yield from _unknown_names(path, set(value), _LOADER_KEYS, 'a data loader')
    elif path in _LOOPS:
        yield from _check_module(_with_loop_type(path, value), path, scope, roots.LOOPS)
    elif key == 'optim_wrapper' and 'constructor' not in value:
        yield from _check_module({'type': 'OptimWrapper', **value}, path, scope, registry)
    elif 'type' in value and registry is not None:
        yield from _check_module(value, path, scope, registry)
    for name, item in value.items():
        # The names of default hooks are free: `param_scheduler` is one, and no scheduler.
        yield from _check(
            item, f'{path}.{name}', key if key == 'default_hooks' else name, scope, registry)


def _with_loop_type(path: str, value: dict[str, Any]) -> dict[str, Any]:
    """Add the loop that the runner takes when a config names none.

    Args:
        path: ``'train_cfg'``, ``'val_cfg'`` or ``'test_cfg'``.
        value: the dict of the config.

    Returns:
        A copy with a ``type``.
    """
    value = dict(value)
    by_epoch = value.pop('by_epoch', True) if 'type' not in value else True
    value.setdefault('type', _LOOPS[path] if by_epoch else 'IterBasedTrainLoop')
    return value


def _check_module(
    value: dict[str, Any], path: str, scope: str, registry: Registry,
) -> Iterator[str]:
    """Resolve the type of one dict and bind its other keys.

    Args:
        value: a dict with a ``type``.
        path: its dotted key.
        scope: registry scope that holds here.
        registry: root registry of its place.

    Yields:
        Problems.
    """
    type_ = value['type']
    target = _resolve(type_, scope, registry) if isinstance(type_, str) else type_
    if target is None:
        names = _known_names(scope, registry)
        yield (f'{path}.type: {type_!r} is not in the registry {registry.name!r}'
               f'{nearest(type_, names)}')
        return
    accepted = accepted_arguments(target)
    name = type_ if isinstance(type_, str) else type_.__name__
    given = set(value) - {'type', '_scope_'} - _TAKEN_BY_BUILDER.get(registry.name, set())
    given -= _READ_BY_PARENT.get(name, set())
    if not accepted.is_open:
        yield from _unknown_names(path, given, accepted.names, name)
    # Parts of another library's model get arguments from the module around them.
    is_ours = getattr(target, '__module__', '').startswith('mmcrossdistill.')
    if registry is not roots.MODELS or is_ours or '.' not in path:
        missing = accepted.required - given - _GIVEN_BY_BUILDER.get(registry.name, set())
        if missing:
            yield f'{path}: {name} needs {", ".join(sorted(missing))}'


def _unknown_names(path: str, given: set[str], known: frozenset[str], owner: str) -> Iterator[str]:
    """List the keys that a callable does not take.

    Args:
        path: dotted key of the dict.
        given: its keys.
        known: what is accepted.
        owner: name for the message.

    Yields:
        Problems.
    """
    for name in sorted(given - known):
        yield f'{path}.{name}: {owner} takes no such argument{nearest(name, known)}'


def _resolve(type_: str, scope: str, registry: Registry) -> Any:
    """Find the object of a type name as the builder would.

    Args:
        type_: name, with or without scope.
        scope: scope for names without one.
        registry: root registry.

    Returns:
        Class or function; None if there is none.
    """
    found = _scoped(registry, scope).get(type_)
    # Assigners, coders and the like stand inside a model but in a registry of their own.
    if found is None and registry is roots.MODELS:
        found = _scoped(roots.TASK_UTILS, scope).get(type_)
    # RoI layers are classes of mmcv.ops, by name.
    if found is None and registry is roots.MODELS and 'mmcv.ops' in sys.modules:
        found = getattr(sys.modules['mmcv.ops'], type_, None)
    # A list of metrics may stand inside an evaluator.
    if found is None and registry is roots.METRICS:
        found = _scoped(roots.EVALUATOR, scope).get(type_)
    return found


def _scoped(registry: Registry, scope: str) -> Registry:
    """Pick the child of a root registry.

    Args:
        registry: root registry.
        scope: name of the child.

    Returns:
        The child, or the root where the scope has no registry of this kind.
    """
    if scope != 'mmengine':
        importlib.import_module(f'{scope}.registry')
    return registry.children.get(scope, registry)


def _known_names(scope: str, registry: Registry) -> set[str]:
    """List the names that need no scope.

    Args:
        scope: scope that holds.
        registry: root registry.

    Returns:
        Names in the scope and in the root.
    """
    return {*_scoped(registry, scope).module_dict, *registry.module_dict}
