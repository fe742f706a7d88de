"""Every workaround for a library: one file each, with its reason and the version that ends it.

| file | library | goes when |
|---|---|---|
| torchvision_ops | torchvision beside another torch | it imports without its C++ operators |
| checkpoint_loading | MMEngine 0.10 under torch >= 2.6 | MMEngine loads its own checkpoints |
| light_mmcv | mmcv-lite without operators | mmcv has wheels for the torch in use |
| config_scope | MMEngine's closed list of packages | it takes third parties |
| one_cycle_state | MMEngine's OneCycleLR | its state holds no function |
| mmpretrain_multimodal | mmpretrain 1.2 beside transformers 5 | mmpretrain supports it |
| cpu_point_ops | mmcv 2.1's point operations, CUDA alone | mmcv has them for the CPU |
| pins | numpy, OpenCV, setuptools | MMCV runs on numpy 2, MMEngine drops pkg_resources |

``install`` runs at ``import mmcrossdistill`` and must stay light: what needs a heavy module waits,
by an import hook, until somebody imports that module.
"""
from __future__ import annotations

from .checkpoint_loading import register_safe_loader
from .config_scope import register_config_scope
from .cpu_point_ops import (
    BOXES,
    EXTENSION,
    SAMPLING,
    add_cpu_boxes,
    add_cpu_kernels,
    add_cpu_sampling,
)
from .import_hooks import after_import, before_import, explain_missing
from .light_mmcv import MISSING_OPERATORS, OPERATORS_MODULE
from .mmpretrain_multimodal import DEPENDENCY_MODULE, switch_off_multimodal
from .one_cycle_state import keep_functions_out_of_state
from .pins import check_pins
from .torchvision_ops import ensure_torchvision_importable

__all__ = ['check_pins', 'ensure_torchvision_importable', 'install']


def install() -> None:
    """Arrange for all workarounds; calling it again changes nothing."""
    before_import('torchvision', ensure_torchvision_importable)
    after_import('mmengine.runner.checkpoint', register_safe_loader)
    after_import('mmengine.config.config', register_config_scope)
    after_import('mmengine.optim.scheduler.param_scheduler', keep_functions_out_of_state)
    after_import(DEPENDENCY_MODULE, switch_off_multimodal)
    after_import(EXTENSION, add_cpu_kernels)
    after_import(SAMPLING, add_cpu_sampling)
    after_import(BOXES, add_cpu_boxes)
    explain_missing(OPERATORS_MODULE, MISSING_OPERATORS)
