"""IoU by condition."""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from torch import Tensor

from mmcrossdistill.registry import METRICS

from .conditions import condition_key, format_table, group_by_condition

_TARGETS = {'pairs': 'seg', 'points': 'seg3d'}


def confusion_matrix(labels: Tensor, predicted: Tensor, num_classes: int,
                     ignore_index: int = 255) -> np.ndarray:
    """Count label-prediction combinations.

    Args:
        labels ((M,) int64): true classes.
        predicted ((M,) int64): predicted classes in [0, K).
        num_classes: K.
        ignore_index: label that is not counted.

    Returns:
        (K, K) int32: rows are labels, columns predictions.

    Raises:
        ValueError: if there is another number of predictions, or a class outside [0, K).
    """
    if labels.shape != predicted.shape:
        raise ValueError(f'{tuple(predicted.shape)} predictions for {tuple(labels.shape)} labels')
    valid = labels != ignore_index
    cells = labels[valid].long() * num_classes + predicted[valid].to(labels.device).long()
    counts = cells.bincount(minlength=num_classes ** 2)
    if len(counts) > num_classes ** 2 or bool((predicted >= num_classes).any()):
        raise ValueError(f'labels or predictions are not below num_classes={num_classes}')
    return counts.view(num_classes, num_classes).cpu().numpy().astype(np.int32)


@METRICS.register_module()
class ConditionSegMetric(BaseMetric):
    """Mean IoU, accuracy and IoU per class, over everything and by condition, in percent.

    Keys: ``<condition>/miou``, ``/acc``, ``/iou_<class>`` for ``full`` and each condition that
    occurs. A confusion matrix per sample is kept, no predictions, so samples that a distributed
    sampler repeats are dropped exactly. A class that is only predicted has the IoU 0. A class
    without label and prediction in a condition has no IoU there and is left out of the mean, as in
    the evaluators of nuScenes, scikit-learn and WaffleIron; ``empty_iou`` counts it as others do.

    Args:
        num_classes: K.
        ignore_index: label that is not counted.
        excluded: classes left out of the mean (not of the counts) of a condition, e.g.
            ``{'night': ['bus']}``.
        target: 'pairs' scores ``pred_labels`` against the labels of the pairs (prefix 'seg'),
            'points' ``pred_point_labels`` against ``point_labels`` (prefix 'seg3d').
        class_names: ``dataset_meta['classes']`` by default.
        empty_iou: IoU of a class without label and prediction: 0 as SemanticKITTI's evaluator, 1
            as SLidR's.
        collect_device: passed to MMEngine.
        prefix: of the keys.

    Raises:
        ValueError: if ``target`` is unknown.
    """

    def __init__(
        self,
        num_classes: int = 16,
        ignore_index: int = 255,
        excluded: Mapping[str, Sequence[str]] | None = None,
        target: str = 'pairs',
        class_names: Sequence[str] | None = None,
        empty_iou: float | None = None,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        if target not in _TARGETS:
            raise ValueError(f'target must be one of {tuple(_TARGETS)}, got {target!r}')
        super().__init__(collect_device=collect_device, prefix=prefix or _TARGETS[target])
        self.num_classes = num_classes
        self.ignore_index = ignore_index
        self.excluded = {
            condition_key(name): set(classes) for name, classes in (excluded or {}).items()}
        self.target = target
        self._class_names = class_names
        self.empty_iou = math.nan if empty_iou is None else 100.0 * empty_iou

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes.

        Raises:
            ValueError: if there are not ``num_classes``, or an excluded class is not among them.
        """
        names = self._class_names or (self.dataset_meta or {}).get('classes')
        names = tuple(names or (str(index) for index in range(self.num_classes)))
        if len(names) != self.num_classes:
            raise ValueError(f'{len(names)} class names for num_classes={self.num_classes}')
        unknown = set().union(*self.excluded.values()) - set(names)
        if unknown:
            raise ValueError(f'excluded classes {sorted(unknown)} are not among {names}')
        return names

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Count one batch.

        Args:
            data_batch: unused.
            data_samples: samples with predictions, as dicts.
        """
        for sample in data_samples:
            if self.target == 'pairs':
                labels, predicted = sample['corr'].label, sample['pred_labels']
            else:
                labels, predicted = sample['point_labels'], sample['pred_point_labels']
            counts = confusion_matrix(labels, predicted, self.num_classes, self.ignore_index)
            self.results.append((sample.get('condition'), counts))

    def compute_metrics(self, results: list[tuple[str | None, np.ndarray]]) -> dict[str, float]:
        """Compute the metrics and log a table.

        Args:
            results: condition and confusion matrix of each sample.
        """
        names = self.class_names
        metrics: dict[str, float] = {}
        ious: dict[str, np.ndarray] = {}
        for key, matrices in group_by_condition(results).items():
            counts = np.sum(matrices, axis=0, dtype=np.int64)
            correct, labelled = np.diag(counts), counts.sum(axis=1)
            union = labelled + counts.sum(axis=0) - correct
            iou = np.divide(
                100.0 * correct, union, out=np.full(len(union), self.empty_iou), where=union > 0)
            kept = [name not in self.excluded.get(key, ()) for name in names] & ~np.isnan(iou)
            metrics[f'{key}/miou'] = float(iou[kept].mean()) if kept.any() else float('nan')
            metrics[f'{key}/acc'] = float(100.0 * correct.sum() / max(labelled.sum(), 1))
            metrics |= {f'{key}/iou_{name}': float(value)
                        for name, value in zip(names, iou, strict=True) if not np.isnan(value)}
            ious[key] = iou
        rows = {name: [_cell(iou[index]) for iou in ious.values()]
                for index, name in enumerate(names)}
        rows |= {title: [_cell(metrics[f'{key}/{title}']) for key in ious]
                 for title in ('miou', 'acc')}
        print_log(format_table('IoU (%)', list(ious), rows), logger='current')
        return metrics


def _cell(value: float) -> str:
    """Write a percentage, a dash for none."""
    return '-' if np.isnan(value) else f'{value:.1f}'
