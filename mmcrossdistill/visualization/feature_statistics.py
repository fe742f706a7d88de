"""Numbers that go beside pictures of features."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmcrossdistill.utils.optional import require


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


def unit_variance(features: np.ndarray) -> float:
    """Measure how far features spread over the unit sphere.

    Mean squared distance of the l2-normalised features from their mean, which is 1 - |mean|^2.

    Args:
        features ((N, C) float): rows of zeros count as they are.

    Returns:
        Between 0 (all directions equal: collapsed) and 1.
    """
    rows = np.asarray(features, dtype=np.float64)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(float).tiny)
    return float(rows.var(axis=0).sum())


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


def linear_separability(features: np.ndarray, labels: Sequence, groups: Sequence,
                        folds: int = 5, seed: int = 0) -> float:
    """Measure how well a linear classifier tells two conditions apart by their features.

    Balanced accuracy of logistic regression on standardised features, on held-out groups: pictures
    of one street never stand on both sides. 0.5 means that the features hide the condition.

    Args:
        features ((N, C) float): of the images.
        labels ((N) any): condition of each image, two different ones.
        groups ((N) any): scene of each image.
        folds (>= 2): of the cross-validation; fewer where there are fewer groups.
        seed: of the folds.

    Returns:
        Mean over the folds, between 0 and 1.

    Raises:
        ValueError: if there are not two conditions, or one of them has a single group.
        ImportError: without scikit-learn.
    """
    labels, groups = np.asarray(labels), np.asarray(groups)
    names = np.unique(labels)
    if len(names) != 2:
        raise ValueError(f'separability is of two conditions, got {names.tolist()}')
    folds = min(folds, *(len(np.unique(groups[labels == name])) for name in names))
    if folds < 2:
        raise ValueError('separability needs at least two groups (scenes) of each condition')
    linear_model, selection, scaling, pipeline = (
        require(f'sklearn.{part}', 'vis')
        for part in ('linear_model', 'model_selection', 'preprocessing', 'pipeline'))
    model = pipeline.make_pipeline(
        scaling.StandardScaler(), linear_model.LogisticRegression(max_iter=5000))
    splits = selection.StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    scores = selection.cross_val_score(
        model, features, labels, groups=groups, cv=splits, scoring='balanced_accuracy')
    return float(scores.mean())


def centroid_distance(features: np.ndarray, reference: np.ndarray) -> float:
    """Measure how far two conditions lie apart, in units of their own spread.

    Distance of the two mean features over the root of the mean variance within a condition; scale
    and rotation of the features do not matter.

    Args:
        features ((N, C) float): in one condition.
        reference ((M, C) float): in the other.

    Returns:
        A ratio >= 0.

    Raises:
        ValueError: if the features do not vary within the conditions.
    """
    features, reference = (np.asarray(x, dtype=np.float64) for x in (features, reference))
    within = 0.5 * (features.var(axis=0).sum() + reference.var(axis=0).sum())
    if within == 0:
        raise ValueError('the features do not vary; the distance is undefined')
    return float(np.linalg.norm(features.mean(axis=0) - reference.mean(axis=0)) / np.sqrt(within))
