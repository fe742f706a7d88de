"""Numbers beside pictures of features."""
import numpy as np
import pytest

from mmcrossdistill.visualization.feature_statistics import (
    centroid_distance,
    domain_gap,
    effective_rank,
    linear_separability,
    unit_variance,
)


def test_rank_of_equally_spread_directions_is_their_number():
    axes = np.eye(6)[:4]
    assert effective_rank(np.concatenate([axes, -axes])) == pytest.approx(4.0)


def test_rank_of_equal_rows_is_zero():
    assert effective_rank(np.full((5, 3), 0.7)) == 0.0


def test_unit_variance_is_one_minus_the_squared_length_of_the_mean():
    angles = np.array([0.0, np.pi / 2])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert unit_variance([[3.0], [7.0]] * rows) == pytest.approx(1 - 0.5)
    assert unit_variance(np.full((5, 3), 0.7)) == pytest.approx(0.0)
    assert unit_variance(np.concatenate([rows, -rows])) == pytest.approx(1.0)


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


def _two_conditions(shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features of 10 streets, 6 pictures each, in two conditions that lie ``shift`` apart."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(120, 5))
    labels, groups = np.repeat(['day', 'night'], 60), np.tile(np.repeat(np.arange(10), 6), 2)
    features[labels == 'night', 0] += shift
    return features, labels, groups


def test_separability_is_chance_without_and_one_with_a_large_shift():
    assert linear_separability(*_two_conditions(0.0)) == pytest.approx(0.5, abs=0.12)
    assert 0.75 < linear_separability(*_two_conditions(2.0)) < 0.95
    assert linear_separability(*_two_conditions(12.0)) == 1.0


def test_streets_never_stand_on_both_sides():
    # Every street has a place of its own and one condition: held-out streets cannot be told.
    rng = np.random.default_rng(0)
    street = np.repeat(np.arange(10), 12)
    features = 50 * rng.normal(size=(10, 4))[street] + rng.normal(size=(120, 4))
    labels = np.where(street % 2, 'day', 'night')
    held_out = linear_separability(features, labels, street)
    leaky = linear_separability(features, labels, np.arange(120))
    assert held_out < 0.75 and leaky > held_out + 0.15


def test_separability_refuses_other_than_two_conditions_with_two_scenes():
    features, labels, groups = _two_conditions(1.0)
    with pytest.raises(ValueError, match=r"two conditions, got \['day'\]"):
        linear_separability(features[:60], labels[:60], groups[:60])
    with pytest.raises(ValueError, match='two groups'):
        linear_separability(features, labels, np.where(labels == 'day', 0, groups))


def test_centroid_distance_is_in_units_of_the_spread():
    features, labels, _ = _two_conditions(0.0)
    day, night = features[labels == 'day'], features[labels == 'night']
    night = night - night.mean(0) + day.mean(0) + [3, 0, 0, 0, 0]
    expected = 3 / np.sqrt((day.var(0).sum() + night.var(0).sum()) / 2)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(5, 5)))[0]
    assert centroid_distance(day, night) == pytest.approx(expected)
    assert centroid_distance(7 * night @ rotation, 7 * day @ rotation) == pytest.approx(expected)
    with pytest.raises(ValueError, match='do not vary'):
        centroid_distance(np.ones((3, 2)), np.zeros((3, 2)))
