"""Keys sort as coordinates; the helper picks what the 3D backbone reads."""
from __future__ import annotations

import json

import torch

from mmcrossdistill.structures import VoxelBatch, VoxelGrid, cloud
from mmcrossdistill.structures.voxel_batch import COORD_LIMIT, pack_coords, unpack_coords


def test_keys_sort_as_coordinates() -> None:
    edge = COORD_LIMIT - 1
    values = torch.tensor([-COORD_LIMIT, -7, -1, 0, 3, edge])
    indices = torch.cartesian_prod(torch.tensor([0, 1, edge]), values, values, values)
    keys = pack_coords(indices[torch.randperm(len(indices))])
    assert len(keys.unique()) == len(indices)
    assert (pack_coords(indices).diff() > 0).all()  # cartesian_prod is lexicographic
    assert torch.equal(unpack_coords(pack_coords(indices)), indices)


def test_moving_keeps_what_is_no_tensor() -> None:
    grid = VoxelGrid((0.1, 1.0, 0.1), 'cylindrical', 'floor', (0., 0., 0.), ('intensity',), 'first')
    batch = VoxelBatch(
        torch.zeros(2, 4, dtype=torch.int64), torch.ones(2, 1), 1, torch.tensor([0, 1, 1]),
        grid=grid)
    moved = batch.to('meta')
    assert moved.coords.is_meta and moved.feats.is_meta and moved.inverse.is_meta
    assert moved.point_row is None and moved.grid is grid and len(moved) == 2


def test_the_grid_survives_json() -> None:
    grid = VoxelGrid((0.1, 0.1, 0.2), 'cartesian', 'round', 'minimum', ('x', 'intensity'), 'mean')
    assert json.loads(json.dumps(grid.to_dict())) == grid.to_dict()


def test_cloud_prefers_voxels() -> None:
    assert cloud({'points': 1}) == 1
    assert cloud({'points': 1, 'voxels': 2}) == 2
