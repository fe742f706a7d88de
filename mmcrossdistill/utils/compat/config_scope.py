"""Let other projects inherit our configs as ``mmcrossdistill::cd/stage1_vits.py``.

Reason: MMEngine resolves ``package::config`` only for the packages of a list in its own source, and
it looks for an editable install in site-packages, where only its metadata lie.
Goes when: MMEngine takes third-party packages there and follows editable installs (not in 0.10.7).
"""
from __future__ import annotations

from pathlib import Path

_NAME = 'mmcrossdistill'


def register_config_scope() -> None:
    """Make MMEngine's config reader find our configs; called once, after it is imported."""
    from mmengine.config import config, utils
    utils.MODULE2PACKAGE.setdefault(_NAME, _NAME)
    find_others = config.get_installed_path

    def get_installed_path(package: str) -> str:
        if package == _NAME:
            return str(Path(__file__).resolve().parents[2])
        return find_others(package)

    config.get_installed_path = get_installed_path
