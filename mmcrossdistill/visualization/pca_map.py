"""Feature maps as colours, by principal components."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PCABasis:
    """A projection of features onto a few components, with the range that fills the colours.

    Args:
        mean ((C,) float): of the features it was fitted on.
        components ((K, C) float): unit rows, by falling variance.
        low ((K,) float): projection shown as 0.
        high ((K,) float): projection shown as 1.
    """

    mean: np.ndarray
    components: np.ndarray
    low: np.ndarray
    high: np.ndarray


def fit_pca(features: np.ndarray, num_components: int = 3, clip_percent: float = 1.0) -> PCABasis:
    """Fit principal components to the rows of a feature matrix.

    The sign of a component is arbitrary; its largest loading is made positive, so that the same
    features give the same colours on every machine.
    Source: CD Fig. 4 and FiT3D, three components shown as red, green and blue.

    Args:
        features ((N, C) float): N >= 2 features; a map is reshaped to rows by the caller.
        num_components: K, at most min(N, C).
        clip_percent: percentage cut at both ends of each projection before it fills [0, 1]; 0 is
            the minimum and maximum, which a single outlier can wash out.

    Returns:
        The basis.

    Raises:
        ValueError: if the matrix is too small for K components.
    """
    features = np.asarray(features, dtype=np.float64)
    if features.ndim != 2 or min(features.shape) < num_components:
        raise ValueError(
            f'{num_components} components need a matrix of at least that many rows and columns, '
            f'got shape {features.shape}')
    mean = features.mean(axis=0)
    components = np.linalg.svd(features - mean, full_matrices=False)[2][:num_components]
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[np.arange(num_components), largest])[:, None]
    projected = (features - mean) @ components.T
    low, high = np.percentile(projected, [clip_percent, 100 - clip_percent], axis=0)
    return PCABasis(mean, components, low, high)


def pca_to_rgb(feature_map: np.ndarray, basis: PCABasis) -> np.ndarray:
    """Colour a feature map.

    Args:
        feature_map ((h, w, C) float): features.
        basis: of three components.

    Returns:
        (h, w, 3) float in [0, 1]: one colour per cell; a component without range is 0.5.
    """
    projected = (np.asarray(feature_map, dtype=np.float64) - basis.mean) @ basis.components.T
    span = basis.high - basis.low
    flat = span <= np.finfo(np.float32).eps
    colours = (projected - basis.low) / np.where(flat, 1.0, span)
    return np.clip(np.where(flat, 0.5, colours), 0.0, 1.0)
