"""What numbers were made with."""
from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

import torch
from mmengine.utils import get_git_hash

from .schedule import available_cores

_PACKAGES = ('mmcrossdistill', 'torch', 'torchvision', 'mmengine', 'mmcv', 'timm', 'numpy',
             'trimesh', 'embreex')


def versions(root: Path) -> dict[str, str]:
    """List what the numbers were made with.

    Args:
        root: of the repository.

    Returns:
        Name to version; a package that is not installed is left out, as is the commit where
        there is no repository.
    """
    found = {'python': platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    found['device'] = (torch.cuda.get_device_name() if torch.cuda.is_available()
                       else f'CPU, {available_cores()} cores')
    commit = get_git_hash(fallback='', digits=10) if (root / '.git').exists() else ''
    return {**found, **({'commit': commit} if commit else {})}
