"""Numbers beside pictures of features."""
import numpy as np
import pytest

from mmcrossdistill.visualization.feature_statistics import domain_gap, effective_rank


def test_rank_of_equally_spread_directions_is_their_number():
    axes = np.eye(6)[:4]
    assert effective_rank(np.concatenate([axes, -axes])) == pytest.approx(4.0)


def test_rank_of_equal_rows_is_zero():
    assert effective_rank(np.full((5, 3), 0.7)) == 0.0


def test_gap_equals_the_ratio_over_all_pairs():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 30, 5)) + [[[0.0]], [[0.5]]]
    distances = ((first[:, None] - second[None]) ** 2).sum(axis=-1)
    expected = np.diag(distances).mean() / distances.mean()
    assert domain_gap(first, second) == pytest.approx(expected)
    assert domain_gap(first, first) == 0.0


def test_unpaired_or_constant_features_are_refused():
    with pytest.raises(ValueError, match='differ in shape'):
        domain_gap(np.zeros((2, 3)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match='do not vary'):
        domain_gap(np.ones((2, 3)), np.ones((2, 3)))
