"""Boxes as a network writes them, and back."""
from __future__ import annotations

import torch
from torch import Tensor

CODE_SIZE = 10


def encode_boxes(boxes: Tensor) -> Tensor:
    """Write boxes as targets of a regression.

    Args:
        boxes ((..., 9) float): x, y, z of the centre, length, width, height (metres), yaw
            (radians), vx, vy (m/s, NaN where unknown).

    Returns:
        (..., 10) float: x, y, z, log length, log width, log height, sin yaw, cos yaw, vx, vy.
    """
    yaw = boxes[..., 6:7]
    return torch.cat(
        [boxes[..., :3], boxes[..., 3:6].log(), yaw.sin(), yaw.cos(), boxes[..., 7:]], dim=-1)


def decode_boxes(codes: Tensor) -> Tensor:
    """Read boxes from codes; sine and cosine need not lie on the circle.

    Args:
        codes ((..., 10) float): see :func:`encode_boxes`.

    Returns:
        (..., 9) float: boxes.
    """
    yaw = torch.atan2(codes[..., 6:7], codes[..., 7:8])
    return torch.cat([codes[..., :3], codes[..., 3:6].exp(), yaw, codes[..., 8:]], dim=-1)


def pick_boxes(
    logits: Tensor, codes: Tensor, max_boxes: int, center_range: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Take the best (query, class) pairs of one sample as detections, without suppression.

    Source: the coder of DETR3D and PETR.

    Args:
        logits ((Q, C) float): class scores before the sigmoid.
        codes ((Q, 10) float): boxes of the queries.
        max_boxes: most pairs; a query may give boxes of several classes.
        center_range ((6,) float): lower, then upper bounds of the centre, metres; others are
            dropped.

    Returns:
        boxes (K, 9) float32, scores (K,) float32 in descending order, labels (K,) int64.
    """
    scores, index = logits.float().sigmoid().flatten().topk(min(max_boxes, logits.numel()))
    boxes = decode_boxes(codes.float())[index // logits.shape[-1]]
    centers = boxes[:, :3]
    kept = ((centers >= center_range[:3]) & (centers <= center_range[3:])).all(dim=1)
    return boxes[kept], scores[kept], (index % logits.shape[-1])[kept]
