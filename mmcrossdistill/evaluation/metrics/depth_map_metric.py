"""Depth errors inside the evaluation crops of KITTI and NYU."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmcrossdistill.registry import METRICS

from .condition_depth_metric import NAMES, ConditionDepthMetric, depth_errors

# First and last row, first and last column (exclusive): shares of the image, or pixels of NYU's.
CROPS = {
    'garg': (0.40810811, 0.99189189, 0.03594771, 0.96405229),
    'eigen_kitti': (0.3324324, 0.91351351, 0.0359477, 0.96405229),
    'eigen_nyu': (45, 471, 41, 601),
}


def crop_slices(crop: str | None, size: tuple[int, int]) -> tuple[slice, slice]:
    """Find the rows and columns that count.

    Args:
        crop: a key of :data:`CROPS`, or ``None`` for everything.
        size: (H, W) of the depth map.

    Returns:
        Rows and columns.
    """
    if crop is None:
        return slice(None), slice(None)
    limits = CROPS[crop]
    if isinstance(limits[0], float):
        limits = [int(share * size[index // 2]) for index, share in enumerate(limits)]
    top, bottom, left, right = limits
    return slice(top, bottom), slice(left, right)


@METRICS.register_module()
class DepthMapMetric(ConditionDepthMetric):
    """Errors of depth maps inside a crop, averaged over images.

    Keys as in :class:`ConditionDepthMetric`, with ``log10`` and ``silog`` (x100) added. No median
    scaling.
    Source: Monocular-Depth-Estimation-Toolbox; the crops are those of Garg and of Eigen.

    Args:
        crop: 'garg' or 'eigen_kitti' (on KITTI's benchmark crop), 'eigen_nyu' (480x640), ``None``.
        min_depth: exclusive for the true depth; predictions are clamped to it, metres.
        max_depth: as ``min_depth``.
        kwargs: see :class:`ConditionDepthMetric`.

    Raises:
        ValueError: if the crop is unknown.
    """

    names = (*NAMES, 'log10', 'silog')

    def __init__(self, crop: str | None = None, min_depth: float = 1e-3, max_depth: float = 80.0,
                 **kwargs: Any) -> None:
        if crop is not None and crop not in CROPS:
            raise ValueError(f'crop must be one of {sorted(CROPS)} or None, got {crop!r}')
        super().__init__(min_depth, max_depth, **kwargs)
        self.crop = crop

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Evaluate one batch.

        Args:
            data_batch: unused.
            data_samples: samples with ``depth_map`` and ``pred_depth_map``, as dicts.

        Raises:
            ValueError: if prediction and measurement differ in size.
        """
        for sample in data_samples:
            depth, predicted = sample['depth_map'], sample['pred_depth_map']
            if depth.shape != predicted.shape:
                raise ValueError(f'a depth map of size {tuple(predicted.shape)} for measurements '
                                 f'of size {tuple(depth.shape)}')
            rows, columns = crop_slices(self.crop, tuple(depth.shape))
            errors = self._evaluate(*(
                values[rows, columns].double().cpu().numpy() for values in (depth, predicted)))
            self.results.append((sample.get('condition'), errors[None]))

    def compute_errors(self, predicted: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Compute the errors of one image, in the order of ``names``.

        Args:
            predicted ((M,) float): positive metres.
            depth ((M,) float): positive metres.
        """
        gap = np.log(predicted) - np.log(depth)
        return np.array([
            *depth_errors(predicted, depth), np.mean(np.abs(gap)) / np.log(10),
            100 * np.sqrt(np.var(gap))])
