"""Noise and thinning of five severities on clouds."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .image_corruption import check_severity
from .point_selection import select_points
from .sample_seed import sample_generator

# One value per severity.
NOISE_SIGMAS = (0.02, 0.04, 0.06, 0.08, 0.10)  # metres, and the intensity's own unit
DROP_SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)  # of the 30 % that can go
_MAX_DROPPED = 0.3
POINT_CORRUPTIONS = ('density_decrease', 'gaussian_noise')
CHANNELS = {'xyz': 3, 'all': None}


@TRANSFORMS.register_module()
class CorruptPoints(BaseTransform):
    """Corrupt the cloud; the same sample always gets the same corruption.

    Needs ``points`` and ``token``; point labels and pairs follow. Put it after LoadPoints and
    LoadPointLabels, before pairs are made: a noisy scanner puts its points into wrong pixels.
    Severities share their random numbers: a stronger noise is the weaker one scaled, and what a
    weaker thinning drops, a stronger one drops too.
    Source: Collaborative Distillation, Table B, by the benchmark of Dong et al. (CVPR 2023):
    sigma 0.02 to 0.10 m, drop 6 to 30 %.

    Args:
        corruption: 'gaussian_noise' or 'density_decrease'.
        severity: 1 to 5.
        seed: of the random numbers.
        channels: which values the noise reaches: 'all' with the intensity (the benchmark) or 'xyz'.

    Raises:
        ValueError: if an option is unknown.
    """

    def __init__(
        self, corruption: str, severity: int, seed: int = 0, channels: str = 'all',
    ) -> None:
        if corruption not in POINT_CORRUPTIONS:
            raise ValueError(f'corruption={corruption!r} is not one of {POINT_CORRUPTIONS}')
        check_severity(severity)
        if channels not in CHANNELS:
            raise ValueError(f'channels={channels!r} is not one of {sorted(CHANNELS)}')
        self.corruption = corruption
        self.severity = severity
        self.seed = seed
        self.channels = channels

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Corrupt the cloud of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the sample has no token.
        """
        generator = sample_generator(results, self.seed, 'points', self.corruption)
        if self.corruption == 'gaussian_noise':
            points = results['points'].copy()
            noisy = points[:, :CHANNELS[self.channels]]
            noisy += np.float32(NOISE_SIGMAS[self.severity - 1]) * generator.standard_normal(
                noisy.shape, dtype=np.float32)
            results['points'] = points
            return results
        count = len(results['points'])
        # Rounded down twice, as published.
        dropped = int(DROP_SHARES[self.severity - 1] * int(_MAX_DROPPED * count))
        select_points(results, np.sort(generator.permutation(count)[dropped:]))
        return results
