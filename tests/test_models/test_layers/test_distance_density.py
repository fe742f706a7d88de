"""Densities over the distance against the sum over all pairs of distances."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.layers.distance_density import distance_density


def brute_force(distance: np.ndarray) -> np.ndarray:
    """Eq. 12 word by word."""
    count = len(distance)
    bandwidth = 1.06 * distance.std(ddof=1) * count ** -0.2
    kernel = np.exp(-0.5 * ((distance[:, None] - distance) / bandwidth) ** 2) / np.sqrt(2 * np.pi)
    return kernel.sum(1) / (count * bandwidth)


@pytest.mark.parametrize('step', [0.1, 1.0])
def test_it_is_the_sum_over_all_pairs(step: float) -> None:
    # Dense near the sensor, a few far away; two beyond the end.
    distance = torch.cat([torch.rand(900).square() * 60 + 1, torch.tensor([119.0, 300.0, 400.0])])
    found = distance_density(distance, torch.ones(903, dtype=torch.bool), step, 200.0)
    rounded = ((distance / step).round() * step).clamp_max(200).double().numpy()
    np.testing.assert_allclose(found, brute_force(rounded), rtol=1e-5)


def test_what_does_not_count_changes_nothing() -> None:
    distance = torch.rand(300) * 50
    counted = torch.rand(300) < 0.5
    found = distance_density(distance, counted, 0.1, 100.0)[counted]
    alone = distance_density(distance[counted], counted[counted], 0.1, 100.0)
    torch.testing.assert_close(found, alone)
    assert (found > 0).all()


@pytest.mark.parametrize('count', [0, 1, 5])
def test_equal_distances_and_none(count: int) -> None:
    distance = torch.full((count,), 7.03)
    found = distance_density(distance, torch.ones(count, dtype=torch.bool), 0.1, 100.0)
    assert torch.isfinite(found).all() and (found > 0).all()
    assert len(found.unique()) == min(count, 1)
