"""Two-dimensional maps of point features, coloured by class."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from .tsne import draw_maps, embed_tsne


@dataclass(frozen=True, eq=False)
class LabelledFeatures:
    """Features of labelled points of several scans, by one encoder.

    Args:
        title: of the encoder.
        features ((N, C) float): one row per point.
        classes ((N,) str): class of each point.
        scans ((N,) int): scan of each point.
    """

    title: str
    features: np.ndarray
    classes: np.ndarray
    scans: np.ndarray

    def neighbour_accuracy(self) -> float:
        """Measure how often the most similar point of another scan is of the same class.

        Returns:
            The mean over the classes of the share of their points, between 0 and 1.

        Raises:
            ValueError: if all points are of one scan.
        """
        if len(np.unique(self.scans)) < 2:
            raise ValueError('neighbours are sought in other scans; take two scans at least')
        unit = np.asarray(self.features, dtype=np.float64)
        unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), np.finfo(float).tiny)
        similarity = unit @ unit.T
        similarity[self.scans[:, None] == self.scans] = -np.inf
        right = self.classes[similarity.argmax(axis=1)] == self.classes
        return float(np.mean([right[self.classes == name].mean()
                              for name in np.unique(self.classes)]))


def class_maps(encoders: Sequence[LabelledFeatures], palette: Mapping[str, Sequence[int]],
               seed: int = 0) -> Figure:
    """Draw one t-SNE map of points per encoder, with the accuracy of their neighbours.

    Args:
        encoders: the same points, at least 4, by several encoders.
        palette: RGB of each class, 0 to 255.
        seed: of t-SNE.

    Returns:
        The figure.
    """
    colours = {name: '#{:02x}{:02x}{:02x}'.format(*colour) for name, colour in palette.items()}
    return draw_maps(
        [(f'{one.title}\nneighbour of the same class {100 * one.neighbour_accuracy():.1f} %',
          embed_tsne(one.features, seed=seed), one.classes) for one in encoders], colours)
