"""Optional dependencies, imported where they are used, with one clear error."""
from __future__ import annotations

import importlib
from types import ModuleType

_NEED_TORCHVISION = ('timm', 'torchvision', 'transformers', 'mmpretrain', 'mmdet', 'mmdet3d')


def require(module: str, extra: str) -> ModuleType:
    """Import an optional dependency.

    Args:
        module: dotted module name, e.g. ``'timm'``.
        extra: the extra of ``setup.py`` that installs it, e.g. ``'vit'``.

    Returns:
        The imported module.

    Raises:
        ImportError: if it is not installed; the message names the extra.
    """
    if module.split('.')[0] in _NEED_TORCHVISION:
        from .compat import ensure_torchvision_importable
        ensure_torchvision_importable()
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f'{module} cannot be imported ({error}); install it with '
            f"pip install 'mmcrossdistill[{extra}]'") from error
