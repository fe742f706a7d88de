"""PCA colours against scikit-learn-free references."""
import numpy as np
import pytest

from mmcrossdistill.visualization.pca_map import fit_pca, pca_to_rgb


@pytest.fixture
def features() -> np.ndarray:
    """Features with four directions of clearly different spread."""
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(8, 8)))[0][:4]
    return rng.normal(size=(500, 4)) * [9, 5, 2, 0.1] @ basis + 3.0


def test_components_are_the_leading_eigenvectors_of_the_covariance(features):
    basis = fit_pca(features)
    values, vectors = np.linalg.eigh(np.cov(features.T))
    expected = vectors[:, np.argsort(values)[::-1][:3]].T
    cosines = np.abs((basis.components * expected).sum(axis=1))
    np.testing.assert_allclose(cosines, 1.0, atol=1e-9)


def test_sign_does_not_depend_on_the_order_of_rows(features):
    mirrored = fit_pca(features[::-1])
    np.testing.assert_allclose(fit_pca(features).components, mirrored.components, atol=1e-9)
    largest = np.abs(mirrored.components).argmax(axis=1)
    assert (mirrored.components[np.arange(3), largest] > 0).all()


def test_colours_fill_the_range_they_were_fitted_on(features):
    colours = pca_to_rgb(features.reshape(20, 25, 8), fit_pca(features, clip_percent=0))
    assert colours.shape == (20, 25, 3)
    np.testing.assert_allclose(colours.min(axis=(0, 1)), 0, atol=1e-9)
    np.testing.assert_allclose(colours.max(axis=(0, 1)), 1, atol=1e-9)


def test_a_constant_map_is_grey():
    constant = np.full((12, 4), 2.5)
    colours = pca_to_rgb(constant.reshape(3, 4, 4), fit_pca(constant))
    np.testing.assert_array_equal(colours, 0.5)


def test_too_few_features_are_refused():
    with pytest.raises(ValueError, match='3 components'):
        fit_pca(np.zeros((2, 8)))
