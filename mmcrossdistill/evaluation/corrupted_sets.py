"""Test data that somebody else corrupted, such as nuScenes-C."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.nuscenes_classes import LABEL_MAP
from mmcrossdistill.datasets.paired_image_lidar_dataset import NUSCENES_PREFIX
from mmcrossdistill.datasets.transforms.scan_corruption import LEVELS
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import type_name

from .corruption_grid import GridCell

_CORRUPTED = ('pts', 'pts_semantic_mask')
_RAW_IDS = 256  # of a byte


def read_sets(dataset: Mapping[str, Any], root: Path) -> dict[GridCell, dict[str, Any]]:
    """Make the test data of every corrupted set below a folder.

    ``<root>/<corruption>/<light | moderate | heavy>/`` holds clouds and labels where the clean
    data have them below their root: ``samples/LIDAR_TOP`` and ``lidarseg/v1.0-trainval``, as in
    nuScenes-C. Points with a raw label that nuScenes does not know are ignored: crosstalk has 43.

    Args:
        dataset: config of the clean data, a PairedImageLidarDataset with nuScenes' labels.
        root: of the sets.

    Returns:
        Configs, that of the clean data first, then corruption by corruption.

    Raises:
        ConfigError: if there is no set, or the labels are not nuScenes'.
    """
    folders = {
        GridCell(corruption.name, severity): corruption / level
        for corruption in (sorted(root.iterdir()) if root.is_dir() else ())
        for severity, level in enumerate(LEVELS, start=1) if (corruption / level).is_dir()}
    if not folders:
        raise ConfigError(f'{root} has no folder <corruption>/<{" | ".join(LEVELS)}>; unpack '
                          'nuScenes-C there, or correct --sets')
    prefix = dict(dataset.get('data_prefix') or NUSCENES_PREFIX)
    pipeline = [_ignore_unknown_labels(step) for step in dataset['pipeline']]
    return {GridCell(): dict(dataset)} | {
        cell: dict(dataset, pipeline=pipeline, data_prefix=prefix | {
            kind: str((folder / prefix[kind]).absolute()) for kind in _CORRUPTED})
        for cell, folder in folders.items()}


def _ignore_unknown_labels(step: Mapping[str, Any]) -> dict[str, Any]:
    """Let a reader of labels ignore all ids beyond its map."""
    if type_name(step['type']) != 'LoadPointLabels':
        return dict(step)
    if step.get('label_format', 'nuscenes') != 'nuscenes':
        raise ConfigError(f'--sets reads labels of nuScenes, not {step["label_format"]!r}')
    known = list(step.get('label_map') or LABEL_MAP)
    return dict(step, label_map=known + [IGNORE_INDEX] * (_RAW_IDS - len(known)))
