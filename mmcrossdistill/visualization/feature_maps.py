"""Feature maps of several encoders and images as comparable colours."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from .pca_map import PCABasis, fit_pca, pca_to_rgb


def unit_rows(features: np.ndarray) -> np.ndarray:
    """Scale every feature to length 1.

    Distillation compares directions and leaves lengths free, and a few long features would take
    the colours.

    Args:
        features ((..., C) float): features.

    Returns:
        (..., C) float.
    """
    return features / np.linalg.norm(features, axis=-1, keepdims=True).clip(1e-12)


def joint_basis(*features: np.ndarray) -> PCABasis:
    """Fit three components to features of one space, each set counted alike.

    Args:
        features ((..., C) float): maps or rows.

    Returns:
        The basis of the unit features.
    """
    return fit_pca(np.concatenate([
        unit_rows(one).reshape(-1, one.shape[-1]) for one in features]))


def joint_colours(maps: Mapping[str, Sequence[np.ndarray]]) -> dict[str, list[np.ndarray]]:
    """Colour the maps of several encoders on the same images.

    The components of each encoder are fitted jointly over all its images, so that the colours of a
    column can be compared. Encoders have different spaces, whose components are only known up to a
    rotation: those of every further encoder are rotated to agree best with the first encoder on
    the same cells (orthogonal Procrustes), so that columns can be compared, too.
    Source: CD Fig. 4, three components as red, green and blue; the rotation is ours.

    Args:
        maps (encoder to one (h, w, C) map per image): the widths C and sizes may differ by encoder.

    Returns:
        Encoder to one (h, w, 3) float picture in [0, 1] per image.

    Raises:
        ValueError: if the encoders did not see the same number of images.
    """
    if len({len(one) for one in maps.values()}) != 1:
        raise ValueError(f'images per encoder: { {name: len(x) for name, x in maps.items()} }')
    coloured: dict[str, list[np.ndarray]] = {}
    target: list[np.ndarray] | None = None
    for name, own in maps.items():
        basis = joint_basis(*own)
        projected = [_project(one, basis) for one in own]
        if target is None:
            target = projected
        rotation = _rotation(projected, target)
        rows = np.concatenate([one.reshape(-1, 3) for one in projected]) @ rotation
        low, high = np.percentile(rows, [1, 99], axis=0)
        turned = PCABasis(np.zeros(3), rotation.T, low, high)
        coloured[name] = [pca_to_rgb(one, turned) for one in projected]
    return coloured


def _project(features: np.ndarray, basis: PCABasis) -> np.ndarray:
    """Coordinates of unit features along the components, each of unit spread."""
    projected = (unit_rows(features) - basis.mean) @ basis.components.T
    return projected / np.maximum(basis.high - basis.low, 1e-12)


def _rotation(projected: Sequence[np.ndarray], target: Sequence[np.ndarray]) -> np.ndarray:
    """Find the rotation of the coordinates that agrees best with other ones at the same cells."""
    cross = np.zeros((3, 3))
    for own, other in zip(projected, target, strict=True):
        same = cv2.resize(other, own.shape[1::-1], interpolation=cv2.INTER_AREA)
        cross += own.reshape(-1, 3).T @ same.reshape(-1, 3)
    left, _, right = np.linalg.svd(cross)
    return left @ right
