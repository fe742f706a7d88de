"""Time ways to find the 16 nearest neighbours of each point: KD-trees and voxel hashing.

The clouds are synthetic 32-beam scans, thinned to 0.1 m voxels and limited to a number of points.
Every way is checked against the one in use before it is timed.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/data_neighbors.py
"""
from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from data_pairs import make_scan
from measure import median_ms, print_report
from scipy.spatial import cKDTree

from mmcrossdistill.datasets.transforms import LimitPoints, VoxelDownsample
from mmcrossdistill.datasets.transforms.neighbors import find_neighbors


def tree_neighbors(xyz: np.ndarray, num_neighbors: int, **options: bool) -> np.ndarray:
    """Query a KD-tree; column 0, the point itself, is cut.

    Args:
        xyz ((N, 3) float32): points, metres.
        num_neighbors: K.
        options: of cKDTree.
    """
    return cKDTree(xyz, **options).query(xyz, k=num_neighbors + 1)[1][:, 1:]


def hash_neighbors(xyz: np.ndarray, num_neighbors: int, cell: float) -> np.ndarray:
    """Search the 27 cells around each point; points with too few there go to a KD-tree.

    Args:
        xyz ((N, 3) float32): points, metres.
        num_neighbors: K.
        cell: side of a cell, metres.
    """
    place = np.floor((xyz - xyz.min(axis=0)) / cell).astype(np.int64) + 1
    size = place.max(axis=0) + 2
    key = (place[:, 0] * size[1] + place[:, 1]) * size[2] + place[:, 2]
    order = np.argsort(key)
    ordered = key[order]
    # Three cells in a row along z are one range of the sorted keys: nine ranges a point.
    shift = np.array([(x * size[1] + y) * size[2] for x in (-1, 0, 1) for y in (-1, 0, 1)])
    starts = np.searchsorted(ordered, key[:, None] + shift - 1, 'left').ravel()
    counts = np.searchsorted(ordered, key[:, None] + shift + 1, 'right').ravel() - starts
    total = counts.sum()
    first = np.cumsum(counts) - counts
    candidate = order[np.arange(total) - np.repeat(first - starts, counts)]
    owner = np.repeat(np.arange(len(xyz)), counts.reshape(-1, 9).sum(axis=1))
    distance = np.square(xyz[candidate] - xyz[owner]).sum(axis=1)
    distance[candidate == owner] = np.inf
    rank = np.lexsort((distance, owner))
    begin = np.searchsorted(owner, np.arange(len(xyz)))
    found = np.bincount(owner, minlength=len(xyz)) - 1
    column = np.minimum(begin[:, None] + np.arange(num_neighbors), total - 1)
    neighbors = candidate[rank[column]]
    farthest = distance[rank[column[:, -1]]]
    unsure = np.flatnonzero((found < num_neighbors) | (farthest > cell * cell))
    tree = cKDTree(xyz, balanced_tree=False)
    neighbors[unsure] = tree.query(xyz[unsure], k=num_neighbors + 1)[1][:, 1:]
    return neighbors


def main() -> None:
    """Run the benchmark and print json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--points', type=int, nargs='+', default=(3000, 20000))
    parser.add_argument('--neighbors', type=int, default=16)
    parser.add_argument('--repeats', type=int, default=15)
    parser.add_argument('--out', type=Path, help='json file')
    args = parser.parse_args()
    np.random.seed(0)
    report = {}
    for count in args.points:
        cloud = LimitPoints(count)(VoxelDownsample(0.1)(dict(points=make_scan())))['points']
        xyz = np.ascontiguousarray(cloud[:, :3])
        ways = dict(
            in_use=find_neighbors,
            tree_default=tree_neighbors,
            tree_loose=partial(tree_neighbors, balanced_tree=False, compact_nodes=False),
            hash_half_metre=partial(hash_neighbors, cell=0.5),
            hash_one_metre=partial(hash_neighbors, cell=1.0))
        expected = np.linalg.norm(xyz[find_neighbors(xyz, args.neighbors)] - xyz[:, None], axis=2)
        for name, way in ways.items():
            found = np.linalg.norm(xyz[way(xyz, args.neighbors)] - xyz[:, None], axis=2)
            if not np.allclose(found, expected, atol=1e-4):
                raise RuntimeError(f'{name} finds other neighbours')
        report[len(xyz)] = median_ms(
            {name: partial(way, xyz, args.neighbors) for name, way in ways.items()}, args.repeats)
    print_report(dict(neighbors=args.neighbors, ms_by_points=report), 'cpu', args.out)


if __name__ == '__main__':
    main()
