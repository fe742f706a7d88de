"""Clusters of the fused cloud."""
from __future__ import annotations

from itertools import product

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mmcrossdistill.utils.optional import require


def connected_voxels(xyz: np.ndarray, cell: float, cell_height: float) -> np.ndarray:
    """Join the points of voxels that touch, also at edges and corners.

    Args:
        xyz ((N, 3) float): points, metres.
        cell: side of a voxel in x and y, metres.
        cell_height: side in z, metres; larger, because the rings of a LiDAR are far apart.

    Returns:
        (N,) int64: cluster of each point, from 0.
    """
    if len(xyz) == 0:
        return np.zeros(0, dtype=np.int64)
    voxel = ((xyz - xyz.min(axis=0)) / (cell, cell, cell_height)).astype(np.int64)
    size = voxel.max(axis=0) + 3  # room for the neighbours of the outermost
    key, place = np.unique(
        (voxel[:, 0] * size[1] + voxel[:, 1]) * size[2] + voxel[:, 2], return_inverse=True)
    left, right = [], []
    for x, y, z in product((-1, 0, 1), repeat=3):
        step = (x * size[1] + y) * size[2] + z
        if step > 0:  # each pair of neighbours once
            found = np.minimum(np.searchsorted(key, key + step), len(key) - 1)
            touching = np.flatnonzero(key[found] == key + step)
            left.append(touching)
            right.append(found[touching])
    left, right = np.concatenate(left), np.concatenate(right)
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(key),) * 2)
    return connected_components(graph, directed=False)[1][place].astype(np.int64)


def hdbscan_clusters(xyz: np.ndarray, min_cluster_size: int, epsilon: float) -> np.ndarray:
    """Cluster by density.

    Source: ICP-Flow: at least 20 points, epsilon 0.25 m.

    Args:
        xyz ((N, 3) float): points, metres.
        min_cluster_size: points.
        epsilon: clusters closer than this are one, metres.

    Returns:
        (N,) int64: cluster of each point, from 0; -1 for noise.
    """
    if len(xyz) <= min_cluster_size:
        return np.full(len(xyz), -1, dtype=np.int64)
    cluster = require('sklearn.cluster', extra='preprocess')
    finder = cluster.HDBSCAN(
        min_cluster_size=min_cluster_size, cluster_selection_epsilon=epsilon, copy=False)
    return finder.fit_predict(xyz).astype(np.int64)
