"""Cross-modal distillation between images and LiDAR without labels, on the OpenMMLab stack.

Importing this package is light on purpose: no model, dataset or MMCV operator is loaded. The
registries in :mod:`mmcrossdistill.registry` import what a config names when it is first built.
"""
from __future__ import annotations

from .utils.compat import install
from .version import __version__

__all__ = ['__version__']

install()
