"""Panoptic quality by condition."""
from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmcrossdistill.evaluation.panoptic_quality import (
    PanopticCounts,
    count_segments,
    panoptic_quality,
)
from mmcrossdistill.registry import METRICS

from .conditions import format_table, group_by_condition

_KEYS = ('point_labels', 'point_instances', 'pred_point_labels', 'pred_point_instances')


@METRICS.register_module()
class PanopticMetric(BaseMetric):
    """PQ, SQ, RQ and their company, over everything and by condition, in percent.

    Keys, for ``full`` and each condition that occurs: ``<condition>/pq``, ``/sq``, ``/rq``: means
    over the classes; the same with ``_things`` and ``_stuff``; ``/pq_dagger``: mean of the PQ of
    things and the IoU of stuff; ``/miou``; and ``/pq_<class>``, ``/sq_<class>``, ``/rq_<class>``,
    ``/iou_<class>``. Counts per sample are kept, no predictions, so samples that a distributed
    sampler repeats are dropped exactly.

    The defaults are the definition of Panoptic nuScenes: segments of fewer than 15 points are
    neither wrong nor missed, and a class that neither occurs nor is predicted has the quality 0.
    SemanticKITTI's is ``min_points=50``.

    Args:
        num_classes: C.
        min_points: see above.
        empty_quality: quality and IoU of a class without any segment that counts: 0 as both
            official evaluators, ``None`` leaves it out of the means.
        things: names of the classes whose objects are counted; ``dataset_meta['things']`` by
            default.
        class_names: ``dataset_meta['classes']`` by default.
        collect_device: passed to MMEngine.
        prefix: of the keys.
    """

    default_prefix = 'panoptic'

    def __init__(
        self,
        num_classes: int = 16,
        min_points: int = 15,
        empty_quality: float | None = 0.0,
        things: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.num_classes = num_classes
        self.min_points = min_points
        self.empty_quality = np.nan if empty_quality is None else empty_quality
        self._things = things
        self._class_names = class_names

    def names(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Names of the classes, and which of them are things.

        Returns:
            The names, and (C,) bool.

        Raises:
            ValueError: if there are not ``num_classes``, or a thing is not among them.
        """
        meta = self.dataset_meta or {}
        names = tuple(self._class_names or meta.get('classes') or ())
        things = tuple(self._things or meta.get('things') or ())
        if len(names) != self.num_classes:
            raise ValueError(f'{len(names)} class names for num_classes={self.num_classes}')
        if not things or set(things) - set(names):
            raise ValueError(
                f'things {things} are not among the classes {names}; set things= in the metric')
        return names, np.isin(names, things)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Count one batch.

        Args:
            data_batch: unused.
            data_samples: samples with predictions, as dicts.

        Raises:
            KeyError: if labels or predictions are missing.
        """
        for sample in data_samples:
            if missing := [key for key in _KEYS if key not in sample]:
                raise KeyError(
                    f"sample {sample.get('token')} has no {missing}; put LoadPanopticLabels in "
                    'the pipeline, and take a PanopticSegmentor')
            counts = count_segments(
                *(sample[key].cpu().numpy() for key in _KEYS), self.num_classes, self.min_points)
            self.results.append((sample.get('condition'), tuple(counts)))

    def compute_metrics(self, results: list[tuple[str | None, tuple[np.ndarray, ...]]],
                        ) -> dict[str, float]:
        """Compute the metrics and log a table.

        Args:
            results: condition and counts of each sample.
        """
        names, is_thing = self.names()
        groups = {'': np.ones_like(is_thing), '_things': is_thing, '_stuff': ~is_thing}
        metrics: dict[str, float] = {}
        tables: dict[str, dict[str, float]] = {}
        for key, counts in group_by_condition(results).items():
            total = reduce(operator.add, (PanopticCounts(*own) for own in counts))
            quality = panoptic_quality(total)
            values = {name: 100 * np.where(np.isnan(value), self.empty_quality, value)
                      for name, value in quality._asdict().items()}
            table = {f'{name}{suffix}': _mean(values[name][group])
                     for suffix, group in groups.items() for name in ('pq', 'sq', 'rq')}
            table['pq_dagger'] = _mean(np.where(is_thing, values['pq'], values['iou']))
            table['miou'] = _mean(values['iou'])
            tables[key] = table | {f'pq_{name}': float(value) for name, value in zip(
                names, values['pq'], strict=True)}
            for name in ('pq', 'sq', 'rq', 'iou'):
                table |= {f'{name}_{title}': float(value) for title, value in zip(
                    names, values[name], strict=True) if not np.isnan(value)}
            metrics |= {f'{key}/{name}': value for name, value in table.items()}
        rows = {name: ['-' if np.isnan(table[name]) else f'{table[name]:.1f}'
                       for table in tables.values()] for name in next(iter(tables.values()))}
        print_log(format_table('panoptic (%)', list(tables), rows), logger='current')
        return metrics


def _mean(values: np.ndarray) -> float:
    """Average the numbers, NaN if there is none.

    Args:
        values ((C,) float): NaN where left out.
    """
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if len(kept) else float('nan')
