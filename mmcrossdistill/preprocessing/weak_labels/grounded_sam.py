"""Labels of Grounded-SAM: boxes of words, masks of boxes, painted over each other."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX

from .box_masks import BoxMasks
from .class_sets import PROMPTS
from .grounding import GroundingDino

ORDERS = ('score', 'area', 'detector')


def paint_order(score: Tensor, area: Tensor, order: str) -> list[int]:
    """Say which masks are painted first, so that later ones lie above.

    Args:
        score ((K,) float): of the boxes.
        area ((K,) float): of the masks, pixels.
        order: 'score' puts the surest on top, 'area' the smallest, 'detector' keeps the order of
            the boxes, as OLIVINE's code does.

    Returns:
        Rows, the lowest first.
    """
    key = dict(score=score, area=-area, detector=torch.zeros_like(score))[order]
    return torch.argsort(key, stable=True).tolist()


class GroundedSamLabeller:
    """Finds classes by their names.

    Source: OLIVINE, Grounded-SAM of its ablations. Pixels outside all masks are unlabelled; there
    they are a class of their own.

    Args:
        detector: folder of Grounding DINO.
        checkpoint: folder of SAM or SAM-HQ.
        class_set: key of ``PROMPTS``.
        order: see :func:`paint_order`.
        box_threshold: boxes that the detector is less sure of are dropped.
        text_threshold: boxes with a less sure word are dropped.
        device: of the models, e.g. 'cuda'.

    Raises:
        FileNotFoundError: if a folder is no checkpoint.
        ValueError: if the order is unknown.
    """

    def __init__(
        self, detector: str | Path, checkpoint: str | Path, class_set: str = 'grounded-sam',
        order: str = 'score', box_threshold: float = 0.25, text_threshold: float = 0.25,
        device: str = 'cpu',
    ) -> None:
        if order not in ORDERS:
            raise ValueError(f'order={order!r} is not one of {ORDERS}')
        self.find_boxes = GroundingDino(
            detector, PROMPTS[class_set], box_threshold, text_threshold, device)
        self.segment = BoxMasks(checkpoint, device)
        self.order = order

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Label one image.

        Args:
            image ((H, W, 3) uint8): RGB.

        Returns:
            (H, W) int64: class, 255 where no mask lies.
        """
        boxes = self.find_boxes(image)
        masks = self.segment(image, boxes.corners)
        labels = np.full(image.shape[:2], IGNORE_INDEX, dtype=np.int64)
        area = torch.from_numpy(masks.sum(axis=(1, 2)).astype(np.float32))
        for row in paint_order(boxes.score.cpu(), area, self.order):
            labels[masks[row]] = int(boxes.label[row])
        return labels
