"""Tell which file of a chain of configs sets each key."""
from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

from mmengine.config import Config


def config_origins(filename: str, cfg_options: dict[str, Any] | None = None) -> dict[str, str]:
    """Follow ``_base_`` and find the file nearest to the user that sets each leaf.

    A leaf is credited to the file in whose merged config its present value first appears, going
    from the bases to ``filename``.

    Args:
        filename: path of a classic config.
        cfg_options: overrides by dotted key; they come last.

    Returns:
        Path relative to the working directory by dotted key, in the order of the config.
    """
    origins: dict[str, str] = {}
    values: dict[str, Any] = {}
    for file in _chain(Path(filename)):
        leaves = _leaves(Config.fromfile(file, import_custom_modules=False).to_dict())
        shown = os.path.relpath(file)
        for key, value in leaves.items():
            if key not in values or values[key] != value:
                origins[key], values[key] = shown, value
    final = _leaves(Config.fromfile(filename, import_custom_modules=False).to_dict())
    origins = {key: origins[key] for key in final}
    return {**origins, **dict.fromkeys(cfg_options or {}, '--cfg-options')}


def _chain(file: Path) -> list[Path]:
    """List a config after all its bases.

    Args:
        file: path of a config.

    Returns:
        Paths without repetition; bases of other packages (``mmdet3d::...``) are left out, what they
        set is credited to the file that names them.
    """
    chain: list[Path] = []
    for base in _bases(file):
        if '::' not in base:
            chain += [item for item in _chain((file.parent / base).resolve()) if item not in chain]
    return [*chain, file.resolve()]


def _bases(file: Path) -> list[str]:
    """Read ``_base_`` without running the file.

    Args:
        file: path of a config.

    Returns:
        Its bases as written.
    """
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '_base_':
            value = ast.literal_eval(node.value)
            return [value] if isinstance(value, str) else list(value)
    return []


def _leaves(value: Any, prefix: str = '') -> dict[str, Any]:
    """Flatten nested dicts.

    Args:
        value: part of a config.
        prefix: dotted key of the part.

    Returns:
        Leaves by dotted key; lists are leaves, because configs replace them as a whole.
    """
    if not isinstance(value, dict) or not value:
        return {prefix: value}
    flat: dict[str, Any] = {}
    for key, item in value.items():
        flat.update(_leaves(item, f'{prefix}.{key}' if prefix else str(key)))
    return flat
