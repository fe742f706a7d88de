"""Numbers on the features of one 2D encoder, condition by condition."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mmengine.model import BaseModel

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.datasets.selection import CONDITIONS
from mmcrossdistill.visualization.feature_statistics import (
    domain_gap,
    effective_rank,
    unit_variance,
)
from mmcrossdistill.visualization.places import match_views, spread

from .probes import feature_map, load_probe
from .view_dataset import build_views

PLACES = 24
ALL = 'full'


def encoder_numbers(dataset: PairedImageLidarDataset, places: Sequence[dict[str, int]],
                    probe: BaseModel) -> dict[str, dict[str, float]]:
    """Measure the cells of an encoder's maps at the same places in all conditions.

    Args:
        dataset: of single views.
        places: condition to row; at most :data:`PLACES` of them, evenly spread, are looked at.
        probe: whose 2D encoder is measured.

    Returns:
        ``effective_rank`` and ``variance`` (of unit features) by condition and for all together
        (``full``), and ``domain_gap`` to day-clear by adverse condition.
    """
    shown = spread(places, PLACES)
    features = {condition: np.concatenate([
        feature_map(probe, dataset[place[condition]]).reshape(-1, probe.backbone_2d.embed_dims)
        for place in shown]) for condition in CONDITIONS}
    pooled = {**features, ALL: np.concatenate(list(features.values()))}
    return {
        'effective_rank': {name: effective_rank(rows) for name, rows in pooled.items()},
        'variance': {name: unit_variance(rows) for name, rows in pooled.items()},
        'domain_gap': {name: domain_gap(rows, features['day-clear'])
                       for name, rows in features.items() if name != 'day-clear'}}


def measure_encoder(config: str | Path, checkpoint: str | Path,
                    data_root: str | Path | None = None) -> dict[str, dict[str, float]]:
    """Measure the 2D encoder of a trained probe on its validation views.

    Args:
        config: path or name of the probe's config.
        checkpoint: of the probe.
        data_root: instead of the config's.

    Returns:
        As :func:`encoder_numbers`.

    Raises:
        ValueError: if no place is seen in every condition, as is the case outside MiniDrive.
    """
    dataset = build_views(config, data_root)
    places = match_views([dataset.get_data_info(row) for row in range(len(dataset))])
    if not places:
        raise ValueError(f'{config}: no validation view exists in all of {CONDITIONS}; these '
                         'numbers compare the same places, as MiniDrive shows them')
    return encoder_numbers(dataset, places, load_probe(config, checkpoint))
