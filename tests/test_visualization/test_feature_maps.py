"""Comparable colours of several encoders."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.visualization.feature_maps import joint_basis, joint_colours, unit_rows
from mmcrossdistill.visualization.pca_map import fit_pca


@pytest.fixture
def maps() -> list[np.ndarray]:
    """Two smooth maps of 6 values whose first three directions dominate."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=(5, 9, 6)) * [5, 4, 3, .1, .1, .1] for _ in range(2)]


def test_unit_rows_have_length_one_and_zeros_stay(maps):
    assert np.linalg.norm(unit_rows(maps[0]), axis=-1) == pytest.approx(1)
    assert not unit_rows(np.zeros((2, 3))).any()


def test_the_basis_is_fitted_on_all_maps_together(maps):
    rows = unit_rows(np.concatenate([one.reshape(-1, 6) for one in maps]))
    expected = fit_pca(rows)
    basis = joint_basis(maps[0], maps[1].reshape(-1, 6))
    np.testing.assert_allclose(basis.components, expected.components)
    np.testing.assert_allclose(basis.low, expected.low)


def test_equal_features_have_equal_colours_in_all_images_of_an_encoder(maps):
    maps[1][3, 4] = 2 * maps[0][1, 2]
    first, second = joint_colours({'one': maps})['one']
    np.testing.assert_allclose(first[1, 2], second[3, 4])


def test_a_rotated_wider_encoder_gets_the_colours_of_the_first(maps):
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(11, 11)))[0][:6]
    coloured = joint_colours({'one': maps, 'other': [one @ turn for one in maps]})
    for one, other in zip(coloured['one'], coloured['other'], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_encoders_of_another_resolution_are_compared_and_other_images_refused(maps):
    fine = [np.repeat(np.repeat(one, 2, axis=0), 2, axis=1) for one in maps]
    coloured = joint_colours({'coarse': maps, 'fine': fine})
    np.testing.assert_allclose(coloured['fine'][0][::2, ::2], coloured['coarse'][0], atol=0.02)
    with pytest.raises(ValueError, match="'one': 2, 'other': 1"):
        joint_colours({'one': maps, 'other': maps[:1]})
