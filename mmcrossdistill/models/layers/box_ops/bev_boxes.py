"""Where rotated boxes are compared: mmcv's kernels on CUDA, our own computation elsewhere.

The one place that chooses by device. mmcv's operators are imported at the first call on CUDA only.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .rotated_overlap import rotated_overlap


@torch.no_grad()
def bev_iou(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union of rotated boxes in bird's eye view.

    Args:
        first ((N, 5) float): x, y of the centre, length, width, metres; angle from x to the length,
            counter-clockwise, radians.
        second ((M, 5) float): the other boxes.

    Returns:
        (N, M) float32: in [0, 1]; 0 where both boxes have no area.

    Raises:
        ValueError: if there are not 5 numbers per box.
    """
    if first.is_cuda:
        from mmcv.ops import box_iou_rotated
        return box_iou_rotated(first.float(), second.float())
    shared = rotated_overlap(first, second)
    areas = first[:, 2:4].double().prod(1)[:, None] + second[:, 2:4].double().prod(1)
    return (shared / (areas - shared).clamp_min(1e-12)).float()


@torch.no_grad()
def bev_nms(
    boxes: Tensor, scores: Tensor, threshold: float,
    pre_max_size: int | None = None, post_max_size: int | None = None,
) -> Tensor:
    """Drop boxes that overlap one of a higher score.

    Args:
        boxes ((N, 5) float): x, y of the centre, length, width, angle as of :func:`bev_iou`.
        scores ((N,) float): confidences; of equal ones the first box goes first.
        threshold: of the overlap; a box that is dropped has more than this with a kept one.
        pre_max_size: only this many of the highest scores are looked at.
        post_max_size: at most this many are kept.

    Returns:
        (K,) int64: kept rows, highest score first.
    """
    order = scores.sort(descending=True, stable=True)[1][:pre_max_size]
    if boxes.is_cuda and len(order):
        from mmcv.ops import nms_rotated
        kept = nms_rotated(boxes[order].float(), scores[order].float(), threshold)[1]
        return order[kept][:post_max_size]
    is_over = (bev_iou(boxes[order], boxes[order]) > threshold).cpu().numpy()
    dropped = np.zeros(len(order), dtype=bool)
    kept = []
    for row in range(len(order)):
        if not dropped[row]:
            kept.append(row)
            dropped |= is_over[row]
    return order[torch.tensor(kept, dtype=torch.int64, device=order.device)][:post_max_size]
