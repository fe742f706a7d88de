"""The test set of a config, and what its scans are called on pages."""
from __future__ import annotations

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
    if data_root is not None:
        changed['data_root'] = str(data_root)
    return DATASETS.build({**cfg.test_dataloader.dataset, **changed})


def name_scan(sample: DistillDataSample) -> str:
    """Name a scan by its scene, condition and token, as far as they are known.

    Args:
        sample: of the scan.
    """
    return ', '.join(str(sample.get(key)) for key in ('scene_name', 'condition', 'token')
                     if sample.get(key) is not None)
