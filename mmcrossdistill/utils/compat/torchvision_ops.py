"""Let torchvision be imported when its C++ operators do not fit the installed torch.

Reason: the package index serves torchvision as a CUDA build. Beside a CPU build of torch its C++
library does not load, and ``import torchvision`` then raises ``operator torchvision::nms does not
exist``, because it registers shape functions for operators that nobody defined. MMEngine, timm and
mmpretrain all import torchvision, none of them needs those operators (mmcv.ops has its own nms).
Goes when: torchvision imports without its operators (seen up to 0.28.0), or setup installs a
matching build.
"""
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_SCHEMAS = {
    'nms': 'nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
    'qnms': 'qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
}
_libraries: list[object] = []


def ensure_torchvision_importable() -> None:
    """Define the schemas of torchvision's operators if, and only if, the real ones cannot load.

    The stubs have no kernel: calling ``torchvision.ops.nms`` still raises torchvision's own error.
    """
    if _libraries or 'torchvision' in sys.modules and hasattr(sys.modules['torchvision'], 'ops'):
        return
    spec = importlib.util.find_spec('torchvision')
    if spec is None or spec.origin is None or _real_ops_load(Path(spec.origin).parent):
        return
    import torch
    library = torch.library.Library('torchvision', 'FRAGMENT')
    for schema in _SCHEMAS.values():
        library.define(schema)
    # The definitions live as long as this object.
    _libraries.append(library)


def _real_ops_load(package: Path) -> bool:
    """Try to load torchvision's C++ library the way torchvision does.

    Args:
        package: folder of the torchvision package.

    Returns:
        Whether the operators exist now.
    """
    import torch
    for library in sorted([*package.glob('_C*.so'), *package.glob('_C*.pyd')]):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            continue
    return hasattr(torch.ops.torchvision, 'nms')
