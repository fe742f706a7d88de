"""Numbers that go beside pictures of features."""
from __future__ import annotations

import numpy as np


def effective_rank(features: np.ndarray) -> float:
    """Count the dimensions that features really use.

    The exponential of the entropy of the normalised singular values of the centred features. It
    falls towards 1 when an encoder collapses, which the standard deviation by dimension hides.
    Source: Roy and Vetterli, EUSIPCO 2007.

    Args:
        features ((N, C) float): N >= 2 features.

    Returns:
        Between 1 and min(N, C); 0 if all rows are equal.
    """
    features = np.asarray(features, dtype=np.float64)
    singular = np.linalg.svd(features - features.mean(axis=0), compute_uv=False)
    total = singular.sum()
    if total <= np.finfo(np.float64).eps * max(1.0, np.abs(features).max()) * features.size:
        return 0.0
    share = singular[singular > 0] / total
    return float(np.exp(-(share * np.log(share)).sum()))


def domain_gap(features: np.ndarray, reference: np.ndarray) -> float:
    """Measure how far features of one condition lie from those of another at the same places.

    Mean squared distance of paired rows over the mean squared distance of unpaired ones: 0 if the
    condition changes nothing, 1 if a pair is no closer than two random places. A ratio, because
    the distance alone also shrinks when an encoder collapses.

    Args:
        features ((N, C) float): in one condition.
        reference ((N, C) float): row i sees the same place as row i of ``features``.

    Returns:
        A ratio >= 0.

    Raises:
        ValueError: if the shapes differ or the features do not vary.
    """
    if features.shape != reference.shape:
        raise ValueError(f'paired features differ in shape: {features.shape}, {reference.shape}')
    features, reference = (np.asarray(x, dtype=np.float64) for x in (features, reference))
    paired = ((features - reference) ** 2).sum(axis=1).mean()
    # E|a - b|^2 over independent rows = Var a + Var b + |mean a - mean b|^2
    unpaired = (features.var(axis=0) + reference.var(axis=0)
                + (features.mean(axis=0) - reference.mean(axis=0)) ** 2).sum()
    if unpaired == 0:
        raise ValueError('the features do not vary; the gap is undefined')
    return float(paired / unpaired)
