"""Maps of conditions."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.visualization.image_grid import render_rgb
from mmcrossdistill.visualization.tsne import (
    CONDITION_COLOURS,
    ConditionCloud,
    condition_maps,
    embed_tsne,
)


@pytest.fixture
def cloud() -> ConditionCloud:
    """Two conditions far apart, of 5 scenes each."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 6))
    features[20:] += 20
    return ConditionCloud('far apart', features, ['day-clear'] * 20 + ['night'] * 20,
                          [*np.arange(20) % 5] * 2)


def test_clusters_stay_clusters_and_the_seed_decides(cloud):
    points = embed_tsne(cloud.features)
    assert points.shape == (40, 2)
    centres = points[:20].mean(0), points[20:].mean(0)
    nearer_own = [np.linalg.norm(p - centres[i >= 20]) < np.linalg.norm(p - centres[i < 20])
                  for i, p in enumerate(points)]
    assert all(nearer_own)
    np.testing.assert_array_equal(points, embed_tsne(cloud.features))
    assert len(embed_tsne(cloud.features[:4])) == 4  # fewer rows than the perplexity


def test_numbers_tell_the_conditions_apart(cloud):
    numbers = cloud.numbers()
    assert numbers['linear_separability'] == 1.0
    assert numbers['centroid_distance'] == pytest.approx(20.0, rel=0.2)


def test_every_condition_has_its_colour(cloud):
    numbers = [dict(linear_separability=0.5, centroid_distance=1.0)] * 2
    picture = render_rgb(condition_maps([cloud, cloud], numbers))
    seen = {tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0).tolist()}
    for condition, there in (('day-clear', True), ('night', True), ('day-rain', False)):
        # Dots are drawn at 85 % over white.
        colour = np.array([int(CONDITION_COLOURS[condition][i:i + 2], 16) for i in (1, 3, 5)])
        drawn = np.rint(0.85 * colour + 0.15 * 255)
        near = any(np.abs(np.array(other) - drawn).max() <= 2 for other in seen)
        assert near == there
