"""The intensity of clouds from several sensors on one scale."""
from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class StandardizeIntensity(BaseTransform):
    """Subtract a mean from the intensity and divide it by a standard deviation.

    For data sets that are mixed in one run; the data preprocessor, which does this for a single
    one, then keeps its defaults of 0 and 1.

    Args:
        mean: of the sensor's intensity.
        std (> 0): of the sensor's intensity.
    """

    def __init__(self, mean: float, std: float) -> None:
        self.mean = mean
        self.std = std

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Standardise the cloud of one sample.

        Args:
            results: data dict.
        """
        points = results['points'].copy()
        points[:, 3] = (points[:, 3] - self.mean) / self.std
        results['points'] = points
        return results
