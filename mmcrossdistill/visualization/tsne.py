"""Two-dimensional maps of image features, coloured by condition."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mmcrossdistill.utils.optional import require

from .feature_statistics import centroid_distance, linear_separability

# Apart also for readers who do not see red and green.
CONDITION_COLOURS = {'day-clear': '#e69f00', 'day-rain': '#56b4e9', 'night': '#1b2a6b'}
_OTHER_COLOUR = '#777777'


@dataclass(frozen=True, eq=False)
class ConditionCloud:
    """One vector per image of two conditions, by one encoder.

    Args:
        title: of the encoder.
        features ((N, C) float): one row per image.
        conditions ((N) str): of each image, two different ones.
        groups ((N) any): scene of each image.
    """

    title: str
    features: np.ndarray
    conditions: Sequence[str]
    groups: Sequence

    def numbers(self) -> dict[str, float]:
        """Measure how far the encoder tells the conditions apart.

        Returns:
            ``linear_separability`` and ``centroid_distance``.
        """
        names = np.asarray(self.conditions)
        sides = [self.features[names == name] for name in dict.fromkeys(self.conditions)]
        return {
            'linear_separability': linear_separability(self.features, names, self.groups),
            'centroid_distance': centroid_distance(*sides)}


def embed_tsne(features: np.ndarray, perplexity: float = 30.0, seed: int = 0) -> np.ndarray:
    """Map features to the plane by t-SNE.

    Source: CD Fig. 3; scikit-learn's t-SNE with its defaults, started from principal components.

    Args:
        features ((N, C) float): N >= 4 rows.
        perplexity: about how many neighbours a row has; at most (N - 1) / 3.
        seed: of the optimisation.

    Returns:
        (N, 2) float32.

    Raises:
        ImportError: without scikit-learn.
    """
    manifold = require('sklearn.manifold', 'vis')
    perplexity = min(perplexity, (len(features) - 1) / 3)
    # float64: the exact neighbours, and with them the picture, then agree between machines.
    return manifold.TSNE(perplexity=perplexity, init='pca', random_state=seed).fit_transform(
        np.asarray(features, dtype=np.float64))


def condition_maps(clouds: Sequence[ConditionCloud], numbers: Sequence[Mapping[str, float]],
                   width: float = 5.2, seed: int = 0) -> Figure:
    """Draw one t-SNE map per encoder, with its numbers.

    Args:
        clouds: one per encoder; the maps are made independently of each other.
        numbers: of each cloud, as :meth:`ConditionCloud.numbers` gives them.
        width: of one map, inches.
        seed: of t-SNE.

    Returns:
        The figure.
    """
    names = dict.fromkeys(name for cloud in clouds for name in cloud.conditions)
    return draw_maps(
        [(f'{cloud.title}\nlinear separability {100 * values["linear_separability"]:.1f} %, '
          f'centroid distance {values["centroid_distance"]:.2f}',
          embed_tsne(cloud.features, seed=seed), cloud.conditions)
         for cloud, values in zip(clouds, numbers, strict=True)],
        {name: CONDITION_COLOURS.get(name, _OTHER_COLOUR) for name in names}, width)


def draw_maps(maps: Sequence[tuple[str, np.ndarray, Sequence[str]]],
              colours: Mapping[str, str], width: float = 5.2) -> Figure:
    """Draw dots in the plane, coloured by group, one map beside the other.

    Args:
        maps: title, (N, 2) float dots and the group of each dot.
        colours: of groups; the order of the legend.
        width: of one map, inches.

    Returns:
        The figure, with one legend for all maps.
    """
    figure = Figure(figsize=(width * len(maps), width), facecolor='white', layout='constrained')
    handles = {}
    for axes, (title, points, groups) in zip(
            figure.subplots(1, len(maps), squeeze=False)[0], maps, strict=True):
        handles |= _draw_map(axes, points, np.asarray(groups), colours)
        axes.set_title(title, fontsize=11)
    names = [name for name in colours if name in handles]
    figure.legend([handles[name] for name in names], names, ncol=min(len(names), 6), fontsize=10,
                  frameon=False, loc='outside lower center', markerscale=1.6)
    return figure


def _draw_map(axes: Axes, points: np.ndarray, groups: np.ndarray, colours: Mapping[str, str],
              ) -> dict[str, Artist]:
    """Draw the dots of one map.

    Args:
        axes: to draw into.
        points ((N, 2) float): the dots.
        groups ((N,) str): of each dot.
        colours: of the groups.

    Returns:
        The dots of each group that there is.
    """
    handles = {}
    for name, colour in colours.items():
        own = points[groups == name]
        if len(own):
            handles[name] = axes.scatter(own[:, 0], own[:, 1], s=22, c=colour, alpha=0.85,
                                         edgecolors='white', linewidths=0.4)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect('equal', adjustable='datalim')
    for spine in axes.spines.values():
        spine.set_color('#c9d0d8')
    return handles
