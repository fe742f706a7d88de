"""Places along rays against geometry, their neighbours against all distances."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    RandomFlipPoints,
    RandomRotateZ,
    SampleOccupancyQueries,
)
from mmcrossdistill.structures import OccupancyQueries
from mmcrossdistill.structures.occupancy_queries import FAR, INSIDE, OUTSIDE


def draw(points: np.ndarray, seed: int = 0, **kwargs) -> OccupancyQueries:
    """Places of a cloud."""
    np.random.seed(seed)
    return SampleOccupancyQueries(**kwargs).transform(dict(points=points))['queries']


def cloud(count: int = 600) -> np.ndarray:
    """Points around the sensor."""
    rng = np.random.default_rng(0)
    return rng.uniform((-6, -6, -2, 0), (6, 6, 2, 1), (count, 4)).astype(np.float32)


def places_of(queries: OccupancyQueries, points: np.ndarray) -> dict[int, np.ndarray]:
    """Where the places with neighbours lie."""
    return {int(query): points[point, :3] + offset.numpy() for query, point, offset in zip(
        queries.query_idx, queries.point_idx, queries.offset, strict=True)}


def test_places_lie_on_their_rays_on_the_right_side_of_the_return() -> None:
    points = cloud()
    queries = draw(points, num_queries=200, radius=50.0)
    assert [int((queries.kind == kind).sum()) for kind in (INSIDE, OUTSIDE, FAR)] == [68, 66, 66]
    found = places_of(queries, points)
    assert sorted(found) == list(range(200))
    for query, place in found.items():
        target = points[queries.source[query], :3]
        length = np.linalg.norm(target)
        along = place @ target / length
        assert np.linalg.norm(place - along * target / length) < 1e-4
        kind = int(queries.kind[query])
        low, high = {INSIDE: (0, 0.1), OUTSIDE: (-0.1, 0), FAR: (-length, 0)}[kind]
        assert low - 1e-4 <= along - length <= high + 1e-4
    for kind in (INSIDE, OUTSIDE, FAR):
        source = queries.source[queries.kind == kind]
        assert len(source.unique()) == len(source), 'a third draws each return once'


@pytest.mark.parametrize('limit', [600, 2])
def test_neighbours_are_the_nearest_within_the_radius(limit: int) -> None:
    points = cloud() * np.float32([3, 3, 3, 1])
    queries = draw(points, num_queries=60, radius=1.0, max_neighbors=limit)
    found = places_of(queries, points)
    assert 40 <= len(found) < 60, 'near places have their own return'
    for query, place in found.items():
        distance = np.linalg.norm(points[:, :3] - place, axis=1)
        wanted = np.flatnonzero(distance < 1.0)
        wanted = wanted[np.argsort(distance[wanted])][:limit]
        assert queries.point_idx[queries.query_idx == query].tolist() == wanted.tolist()


def test_rotating_before_or_after_is_the_same() -> None:
    points, results = cloud(), dict(points=cloud())
    np.random.seed(5)
    for step in (RandomRotateZ(), RandomFlipPoints(1.0, 'independent')):
        results = step.transform(results)
    plain, moved = (draw(given, num_queries=90, radius=1.0) for given in (
        points, results['points']))
    assert torch.equal(plain.point_idx, moved.point_idx)
    matrix = torch.from_numpy(results['lidar_aug'][:3, :3]).float()
    torch.testing.assert_close(plain.offset @ matrix.T, moved.offset, rtol=1e-3, atol=1e-5)


def test_few_points_repeat_and_none_give_none() -> None:
    few = draw(cloud(4), num_queries=30)
    assert len(few) == 30
    assert sorted(few.source[few.kind == INSIDE].bincount().tolist()) == [2, 2, 3, 3]
    none = draw(np.zeros((0, 4), np.float32))
    assert len(none) == 0 and none.offset.shape == (0, 3)
    assert draw(np.zeros((1, 4), np.float32), num_queries=9).offset.isfinite().all()


def test_mistakes_are_told() -> None:
    with pytest.raises(ValueError, match='radius'):
        SampleOccupancyQueries(radius=0)
    with pytest.raises(ValueError, match='ForEachCloud'):
        SampleOccupancyQueries().transform(dict(points=cloud(), cloud_sizes=(300, 300)))
