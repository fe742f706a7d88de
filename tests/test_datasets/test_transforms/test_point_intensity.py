"""The intensity of several sensors on one scale."""
from __future__ import annotations

import numpy as np

from mmcrossdistill.datasets.transforms import StandardizeIntensity


def test_only_the_intensity_changes() -> None:
    points = np.array([[1, 2, 3, 10], [4, 5, 6, 30]], np.float32)
    results = StandardizeIntensity(20.0, 5.0).transform(dict(points=points))
    np.testing.assert_allclose(results['points'], [[1, 2, 3, -2], [4, 5, 6, 2]])
    assert points[0, 3] == 10
