"""The single views that a probe is validated on."""
from __future__ import annotations

from pathlib import Path

from mmengine.config import Config

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.datasets.selection import CONDITIONS
from mmcrossdistill.registry import DATASETS
from mmcrossdistill.visualization.places import choose_place, match_views, spread, variety

from .evaluated_data import build_validated
from .model_index import find_config

_CANDIDATES = 12


def build_views(config_or_name: str | Path, data_root: str | Path | None = None,
                ) -> PairedImageLidarDataset:
    """Build the validation set of a probe.

    Args:
        config_or_name: path or name of the probe's config.
        data_root: instead of the config's.

    Returns:
        The data set, one item per view.

    Raises:
        KeyError: if the config validates on nothing.
    """
    cfg = Config.fromfile(find_config(config_or_name))
    return build_validated(cfg, data_root, view_mode='per_view')


def pick_views(dataset: PairedImageLidarDataset) -> dict[str, int]:
    """Pick one view of every condition, of the same place where there is one, rich in classes.

    Args:
        dataset: of single views with labels at their pairs.

    Returns:
        Condition to row of the data set, conditions without views left out.
    """
    infos = [dataset.get_data_info(row) for row in range(len(dataset))]
    present = [name for name in CONDITIONS if any(info['condition'] == name for info in infos)]
    places = match_views(infos, present)
    if places:
        return choose_place(dataset, places)
    held = {name: [row for row, info in enumerate(infos) if info['condition'] == name]
            for name in present}
    return {name: max(spread(rows, _CANDIDATES), key=lambda row: variety(dataset, row))
            for name, rows in held.items()}


def build_keyframes(config_or_name: str | Path, data_root: str | Path | None = None,
                    ann_file: str | Path | None = None, split: str | None = None,
                    ) -> PairedImageLidarDataset:
    """Build the keyframes of a config's data set, with all cameras and without a pipeline.

    Args:
        config_or_name: path or name of a config; its validation set, else its training set.
        data_root: instead of the config's.
        ann_file: instead of the config's.
        split: instead of the config's.

    Returns:
        The data set, one item per keyframe.
    """
    cfg = Config.fromfile(find_config(config_or_name))
    loader = cfg.get('val_dataloader') or cfg.train_dataloader
    changed = {name: str(value) for name, value in dict(
        data_root=data_root, ann_file=ann_file, split=split).items() if value is not None}
    return DATASETS.build({
        **loader.dataset, 'view_mode': 'keyframe', 'views': None, 'pipeline': [], **changed})
