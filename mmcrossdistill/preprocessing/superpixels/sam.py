"""Automatic masks of Segment Anything, by transformers and from local weights."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mmcrossdistill.preprocessing.local_checkpoint import check_checkpoint
from mmcrossdistill.utils.optional import require

from .sam_masks import generate_masks
from .scaling import run_reduced

UNCOVERED = ('own', 'largest')


def paint_masks(masks: Sequence[np.ndarray], shape: tuple[int, int],
                uncovered: str = 'own') -> np.ndarray:
    """Lay masks over each other, the largest first, so that small ones stay visible.

    Source: Seal's superpixels of SAM; there the ids are 8 bit and wrap at 256, here they do not.

    Args:
        masks (list of (H, W) bool): of one image.
        shape: (H, W).
        uncovered: pixels outside all masks are a region of their 'own', or belong to that of the
            'largest' mask as in Seal's files.

    Returns:
        (H, W) int64: ids from 0.
    """
    first = 1 if uncovered == 'own' else 0
    regions = np.zeros(shape, dtype=np.int64)
    ordered = sorted(masks, key=lambda mask: int(mask.sum()), reverse=True)
    for index, mask in enumerate(ordered):
        regions[mask] = index + first
    return regions


class SamSegmenter:
    """Automatic masks, painted into one map of regions.

    Source: Seal and Simple Remedies take SAM ViT-H with the settings of its automatic generator.

    Args:
        checkpoint: folder with the weights and the processor's configuration, as transformers
            saves them (``save_pretrained``, or a clone of a model repository); nothing is
            downloaded.
        uncovered: see :func:`paint_masks`.
        max_side: longer images are reduced to this first; ``None`` for never.
        points_per_side: prompts along each side.
        points_per_batch: prompts at once.
        pred_iou_thresh: masks that the model itself rates lower are dropped.
        stability_score_thresh: masks that change more with the threshold are dropped.
        device: of the model, e.g. 'cuda'.

    Raises:
        FileNotFoundError: if the folder is no checkpoint.
        ValueError: if ``uncovered`` is unknown.
    """

    def __init__(
        self, checkpoint: str | Path, uncovered: str = 'own', max_side: int | None = None,
        points_per_side: int = 32, points_per_batch: int = 64, pred_iou_thresh: float = 0.88,
        stability_score_thresh: float = 0.95, device: str = 'cpu',
    ) -> None:
        check_checkpoint(checkpoint, '--checkpoint', 'facebook/sam-vit-huge')
        if uncovered not in UNCOVERED:
            raise ValueError(f'uncovered={uncovered!r} is not one of {UNCOVERED}')
        transformers = require('transformers', extra='sam')
        self.model = transformers.SamModel.from_pretrained(
            checkpoint, local_files_only=True).to(device).eval()
        self.processor = transformers.SamImageProcessor.from_pretrained(
            checkpoint, local_files_only=True)
        self.uncovered = uncovered
        self.max_side = max_side
        self.options = dict(
            points_per_side=points_per_side, points_per_batch=points_per_batch,
            pred_iou_thresh=pred_iou_thresh, stability_score_thresh=stability_score_thresh)

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Segment one image.

        Args:
            image ((H, W, 3) uint8): RGB.

        Returns:
            (H, W) int64: ids from 0.
        """
        return run_reduced(image, self.max_side, self._segment)

    def _segment(self, image: np.ndarray, scale: float) -> np.ndarray:
        """Segment an image that may be reduced.

        Args:
            image ((h, w, 3) uint8): RGB.
            scale: h / H, unused: the model resizes to a size of its own anyway.
        """
        masks = generate_masks(self.model, self.processor, image, **self.options)
        return paint_masks(masks, image.shape[:2], self.uncovered)
