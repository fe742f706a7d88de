"""SLIC superpixels."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.utils.optional import require

from .scaling import run_reduced


class SlicSegmenter:
    """scikit-image's SLIC with SLidR's parameters.

    Source: SLidR: 150 segments (30 for VoxelNet), compactness 6, sigma 3, ids from 0, on the RGB
    image of 900 x 1600.

    Args:
        segments: how many are asked for; fewer come out.
        compactness: weight of nearness against likeness in colour.
        sigma: of the Gaussian that smooths the image, pixels of the full image.
        max_side: longer images are reduced to this, and their regions enlarged; ``None`` for never.
    """

    def __init__(self, segments: int = 150, compactness: float = 6.0, sigma: float = 3.0,
                 max_side: int | None = None) -> None:
        self.segments = segments
        self.compactness = compactness
        self.sigma = sigma
        self.max_side = max_side

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
            scale: h / H.
        """
        slic = require('skimage.segmentation', extra='preprocess').slic
        return slic(image, n_segments=self.segments, compactness=self.compactness,
                    sigma=self.sigma * scale, start_label=0)
