"""Let other projects inherit our configs as ``mmcrossdistill::cd/stage1_vits.py``.

Reason: MMEngine resolves ``package::config`` only for the packages of a list in its own source.
Goes when: MMEngine takes third-party packages there (not in 0.10.7).
"""
from __future__ import annotations


def register_config_scope() -> None:
    """Add our name to MMEngine's list of packages."""
    from mmengine.config.utils import MODULE2PACKAGE
    MODULE2PACKAGE.setdefault('mmcrossdistill', 'mmcrossdistill')
