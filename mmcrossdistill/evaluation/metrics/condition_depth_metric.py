"""Depth errors by condition."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmcrossdistill.registry import METRICS

from .conditions import format_table, group_by_condition

NAMES = ('abs_rel', 'sq_rel', 'rmse', 'rmse_log', 'd1', 'd2', 'd3')


def depth_errors(predicted: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Compute the errors of one image.

    Args:
        predicted ((M,) float): positive metres.
        depth ((M,) float): positive metres.

    Returns:
        (7,) float64: :data:`NAMES`; sq_rel and rmse in metres, the others unitless.
    """
    gap = predicted - depth
    ratio = np.maximum(predicted / depth, depth / predicted)
    log_gap = np.log(predicted) - np.log(depth)
    return np.array([
        np.mean(np.abs(gap) / depth), np.mean(gap ** 2 / depth), np.sqrt(np.mean(gap ** 2)),
        np.sqrt(np.mean(log_gap ** 2)), *(np.mean(ratio < 1.25 ** k) for k in (1, 2, 3))])


@METRICS.register_module()
class ConditionDepthMetric(BaseMetric):
    """Errors per image, averaged over the images of everything and of each condition.

    Keys: ``<condition>/<name>`` for the :data:`NAMES` and ``/skipped``, the number of images
    without a pixel in range, which are left out. No crop, no median scaling.
    Source: md4all's evaluation on nuScenes; Collaborative Distillation, App. C.3.

    Args:
        min_depth: exclusive for the true depth; predictions are clamped to it, metres.
        max_depth: as ``min_depth``.
        collect_device: passed to MMEngine.
        prefix: of the keys.
    """

    default_prefix = 'depth'
    names: tuple[str, ...] = NAMES

    def __init__(self, min_depth: float = 0.1, max_depth: float = 80.0,
                 collect_device: str = 'cpu', prefix: str | None = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.min_depth = min_depth
        self.max_depth = max_depth

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Evaluate one batch.

        Args:
            data_batch: unused.
            data_samples: samples with predictions, as dicts.

        Raises:
            ValueError: if a sample has another number of predictions than of pairs.
        """
        for sample in data_samples:
            corr, predicted = sample['corr'], sample['pred_depth']
            if corr.depth is None or corr.depth.shape != predicted.shape:
                raise ValueError(
                    f'{tuple(predicted.shape)} predictions for depths of shape '
                    f'{None if corr.depth is None else tuple(corr.depth.shape)}')
            num_views = len(sample['view_names']) if 'view_names' in sample else 1
            rows = torch.stack([
                corr.view_idx.double().cpu(), corr.depth.double().cpu(),
                predicted.double().cpu()]).numpy()
            errors = [self._evaluate(*rows[1:, rows[0] == view]) for view in range(num_views)]
            self.results.append((sample.get('condition'), np.stack(errors)))

    def _evaluate(self, depth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
        """Evaluate one image; NaN where no pixel is in range."""
        valid = (depth > self.min_depth) & (depth < self.max_depth)
        if not valid.any():
            return np.full(len(self.names), np.nan)
        return self.compute_errors(
            predicted[valid].clip(self.min_depth, self.max_depth), depth[valid])

    def compute_errors(self, predicted: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Compute the errors of one image, in the order of ``names``.

        Args:
            predicted ((M,) float): positive metres.
            depth ((M,) float): positive metres.
        """
        return depth_errors(predicted, depth)

    def compute_metrics(self, results: list[tuple[str | None, np.ndarray]]) -> dict[str, float]:
        """Average the images and log a table.

        Args:
            results: condition and (V, 7) errors of each sample.
        """
        metrics: dict[str, float] = {}
        rows = {}
        for key, errors in group_by_condition(results).items():
            errors = np.concatenate(errors)
            valid = ~np.isnan(errors).all(axis=1)
            means = errors[valid].mean(axis=0) if valid.any() else np.full(
                len(self.names), np.nan)
            skipped = int((~valid).sum())
            metrics |= {f'{key}/{name}': float(mean)
                        for name, mean in zip(self.names, means, strict=True)}
            metrics[f'{key}/skipped'] = skipped
            rows[key] = [*(f'{mean:.3f}' for mean in means), str(int(valid.sum())), str(skipped)]
        print_log(format_table('depth', [*self.names, 'images', 'skipped'], rows),
                  logger='current')
        return metrics
