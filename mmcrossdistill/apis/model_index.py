"""Names of models and configs, in a checkout and in an installed package."""
from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

from mmengine.fileio import load
from mmengine.infer import BaseInferencer

from mmcrossdistill.registry import SCOPE


def _root() -> Path:
    """Find the folder that holds ``configs`` and ``model-index.yml``."""
    return Path(BaseInferencer._get_repo_or_mim_dir(SCOPE))


def _named_configs() -> dict[str, Path]:
    """Map every name of the metafiles, and every config by its place, to its file."""
    root = _root()
    configs = root / 'configs'
    named = {
        path.relative_to(configs).with_suffix('').as_posix(): path
        for path in configs.rglob('*.py') if '_base_' not in path.parts}
    for metafile in load(str(root / 'model-index.yml'))['Import']:
        for model in load(str(root / metafile)).get('Models', []):
            named[model['Name']] = root / model['Config']
    return named


def list_models(pattern: str = '*') -> list[str]:
    """List the names that :func:`find_config` knows.

    Args:
        pattern: shell-style wildcard, e.g. ``'*vits*'``.

    Returns:
        Names of the metafiles (``cd_stage2_vits``) and places of configs (``cd/stage2_vits``),
        sorted.
    """
    return sorted(name for name in _named_configs() if fnmatch(name, pattern))


def find_config(config_or_name: str | Path) -> Path:
    """Find a config.

    Args:
        config_or_name: path of a config file, or a name of :func:`list_models`.

    Returns:
        Path of the file.

    Raises:
        FileNotFoundError: if it is neither; the message shows names like it.
    """
    path = Path(config_or_name)
    if path.is_file():
        return path
    named = _named_configs()
    name = str(config_or_name).removesuffix('.py').removeprefix('configs/')
    if name not in named:
        near = get_close_matches(name, named, n=5, cutoff=0.4)
        raise FileNotFoundError(
            f'{config_or_name} is neither a config file nor a model name; '
            + (f'similar names: {", ".join(near)}' if near
               else 'mmcrossdistill.apis.list_models() lists them'))
    return named[name]
