"""Check the few version limits that, when broken, fail far away from their cause.

Reason: pip may move numpy, OpenCV or setuptools while it installs something else. numpy 2 breaks
mmcv 2.1's and nuscenes-devkit 1.2's compiled parts, OpenCV 5 wants numpy 2, setuptools 81 drops
``pkg_resources``, which MMEngine 0.10.7 imports for each ``mmdet3d::`` base config, and torch
before 2.6 unpickles checkpoints without limits.
Goes when: MMCV and nuscenes-devkit support numpy 2 and MMEngine drops ``pkg_resources``.
"""
from __future__ import annotations

import re
from importlib import metadata

_LIMITS = {
    'numpy': ((1, 24), (2,)),
    'opencv-python': ((4,), (5,)),
    'opencv-python-headless': ((4,), (5,)),
    'setuptools': ((60,), (81,)),
    'torch': ((2, 6), (3,)),
    'mmengine': ((0, 10, 7), (0, 12)),
    'mmcv': ((2, 0), (2, 2)),
}


def check_pins() -> None:
    """Compare the installed versions with the limits; a package that is absent is not judged.

    Raises:
        RuntimeError: if any is outside; one message lists all of them with the command that helps.
    """
    broken = []
    for name, (lowest, end) in _LIMITS.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if not lowest <= _numbers(found) < end:
            limits = f'>={_text(lowest)},<{_text(end)}'
            broken.append((f'{name} {found} (needs {limits})', f"'{name}{limits}'"))
    if broken:
        raise RuntimeError(
            f'versions that do not work together: {"; ".join(item[0] for item in broken)}. '
            f'Repair with: pip install {" ".join(item[1] for item in broken)}')


def _numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of a version.

    Args:
        version: e.g. ``'2.13.0+cpu'``.

    Returns:
        E.g. ``(2, 13, 0)``.
    """
    return tuple(int(part) for part in re.match(r'\d+(\.\d+)*', version).group().split('.'))


def _text(numbers: tuple[int, ...]) -> str:
    """Join the numbers of a version.

    Args:
        numbers: e.g. ``(2, 13)``.

    Returns:
        E.g. ``'2.13'``.
    """
    return '.'.join(map(str, numbers))
