"""The data that a config evaluates on, and what its scans are called on pages."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmcrossdistill.registry import DATASETS
from mmcrossdistill.structures import DistillDataSample


def build_tested(cfg: Config, data_root: str | Path | None, **changed: Any) -> Any:
    """Build the test set.

    Args:
        cfg: of a trained network.
        data_root: instead of the config's.
        changed: further settings of the data set.
    """
    return _build(cfg.test_dataloader, data_root, changed)


def build_validated(cfg: Config, data_root: str | Path | None, **changed: Any) -> Any:
    """Build the validation set of a probe.

    Args:
        cfg: of the probe.
        data_root: instead of the config's.
        changed: further settings of the data set.

    Raises:
        KeyError: if the config validates on nothing.
    """
    if cfg.get('val_dataloader') is None:
        raise KeyError(f'{cfg.filename} has no val_dataloader; take the config of a probe')
    return _build(cfg.val_dataloader, data_root, changed)


def name_scan(sample: DistillDataSample) -> str:
    """Name a scan by its scene, condition and token, as far as they are known.

    Args:
        sample: of the scan.
    """
    return ', '.join(str(sample.get(key)) for key in ('scene_name', 'condition', 'token')
                     if sample.get(key) is not None)


def _build(loader: Mapping[str, Any], data_root: str | Path | None, changed: dict[str, Any],
           ) -> Any:
    """Build the data set of a loader, elsewhere if wanted."""
    if data_root is not None:
        changed['data_root'] = str(data_root)
    return DATASETS.build({**loader['dataset'], **changed})
