"""SAM's automatic masks: a grid of prompts, masks that are sure and stable, without doubles.

The pipeline of transformers does the same, but needs torchvision's compiled operators and turns
every mask into run lengths in Python loops.
"""
from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor


def point_grid(points_per_side: int, image_size: tuple[int, int]) -> Tensor:
    """Spread prompts evenly over an image.

    Args:
        points_per_side: n; there are n * n.
        image_size: (H, W) in pixels.

    Returns:
        (n * n, 2) float: u, v.
    """
    steps = (torch.arange(points_per_side) + 0.5) / points_per_side
    v, u = torch.meshgrid(steps * image_size[0], steps * image_size[1], indexing='ij')
    return torch.stack([u.flatten(), v.flatten()], dim=1)


def mask_boxes(masks: Tensor) -> Tensor:
    """Find the boxes around masks.

    Args:
        masks ((K, H, W) bool): none of them empty.

    Returns:
        (K, 4) float: first column, first row, last column, last row.
    """
    sides = []
    for axis in (1, 2):
        seen = masks.any(dim=axis).int()
        length = seen.shape[1]
        sides.append((seen.argmax(dim=1), length - 1 - seen.flip(1).argmax(dim=1)))
    (left, right), (top, bottom) = sides
    return torch.stack([left, top, right, bottom], dim=1).float()


def suppress_boxes(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Keep, of boxes that overlap, the one with the highest score.

    Args:
        boxes ((K, 4) float): x1, y1, x2, y2.
        scores ((K,) float): higher first.
        iou_threshold: boxes that overlap a kept one by more are dropped.

    Returns:
        (L,) int64: kept rows, by falling score.
    """
    order = scores.sort(descending=True, stable=True).indices
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    kept = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        low = boxes[order, :2].maximum(boxes[best, :2])
        high = boxes[order, 2:].minimum(boxes[best, 2:])
        shared = (high - low).clamp(min=0).prod(dim=1)
        order = order[shared <= iou_threshold * (areas[best] + areas[order] - shared)]
    return torch.stack(kept) if kept else order


@torch.inference_mode()
def generate_masks(
    model: Any, processor: Any, image: np.ndarray, points_per_side: int, points_per_batch: int,
    pred_iou_thresh: float, stability_score_thresh: float, box_nms_thresh: float = 0.7,
) -> np.ndarray:
    """Make the automatic masks of one image.

    Source: Segment Anything, appendix B: three masks per prompt, kept by the IoU that the model
    predicts and by the IoU of the masks at logits +1 and -1, then suppressed by their boxes.

    Args:
        model: ``SamModel`` of transformers.
        processor: its ``SamImageProcessor``.
        image ((H, W, 3) uint8): RGB.
        points_per_side: prompts along each side.
        points_per_batch: prompts at once.
        pred_iou_thresh: masks with a lower predicted IoU are dropped.
        stability_score_thresh: less stable masks are dropped.
        box_nms_thresh: IoU of boxes above which the worse mask is dropped.

    Returns:
        (K, H, W) bool.
    """
    inputs = processor(images=image, return_tensors='pt').to(model.device)
    embedding = model.get_image_embeddings(inputs['pixel_values'])
    original, reshaped = inputs['original_sizes'], inputs['reshaped_input_sizes']
    grid = point_grid(points_per_side, tuple(reshaped[0].tolist())).to(model.device)
    masks, scores = [], []
    for points in grid.split(points_per_batch):
        found = model(
            image_embeddings=embedding, input_points=points[None, :, None],
            input_labels=points.new_ones((1, len(points), 1), dtype=torch.int64))
        score = found.iou_scores.flatten()
        sure = score > pred_iou_thresh
        logits = processor.post_process_masks(
            found.pred_masks.flatten(1, 2)[:, sure].unsqueeze(2), original, reshaped,
            binarize=False)[0].squeeze(1)
        inner, outer = (logits > 1).sum(dim=(1, 2)), (logits > -1).sum(dim=(1, 2))
        mask = logits > 0
        stable = (inner >= stability_score_thresh * outer) & mask.any(dim=2).any(dim=1)
        masks.append(mask[stable])
        scores.append(score[sure][stable])
    mask, score = torch.cat(masks), torch.cat(scores)
    if not len(mask):
        return np.zeros((0, *image.shape[:2]), dtype=bool)
    return mask[suppress_boxes(mask_boxes(mask), score, box_nms_thresh)].cpu().numpy()
