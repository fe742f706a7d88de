"""What a bug report and a benchmark must say about the machine."""
from __future__ import annotations

import os
import platform
from importlib import metadata

import torch

from ..version import __version__

_PACKAGES = (
    'torch', 'torchvision', 'numpy', 'opencv-python', 'mmengine', 'mmcv', 'mmdet', 'mmdet3d',
    'mmsegmentation', 'mmpretrain', 'timm', 'nuscenes-devkit', 'trimesh', 'embreex', 'setuptools')


def collect_env() -> dict[str, str]:
    """Collect versions and hardware.

    Returns:
        Text by name, in the order in which it is shown.
    """
    info = {
        'mmcrossdistill': __version__,
        'python': platform.python_version(),
        'system': platform.platform(),
        'CPU cores': str(len(os.sched_getaffinity(0))),
        'threads of torch': str(torch.get_num_threads()),
        'CUDA': torch.version.cuda or 'not in this build of torch',
    }
    if torch.cuda.is_available():
        info['GPU'] = ', '.join(
            torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
    for name in _PACKAGES:
        try:
            info[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            info[name] = 'not installed'
    info['mmcv ops'] = _mmcv_ops()
    return info


def _mmcv_ops() -> str:
    """Say whether mmcv's compiled operators load.

    Returns:
        ``'loaded'`` or the reason why not.
    """
    try:
        import mmcv.ops  # noqa: F401
    except (ImportError, OSError) as error:
        return f'do not load ({str(error).splitlines()[0]})'
    return 'loaded'
