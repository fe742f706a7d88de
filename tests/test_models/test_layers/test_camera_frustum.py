"""Points on camera rays against their formula and against the projection back."""
from __future__ import annotations

import torch

from mmcrossdistill.models.layers.camera_frustum import frustum_points, lid_depths
from mmcrossdistill.testing.multi_view import ring_img2lidar


def test_depth_steps_grow_linearly() -> None:
    depths = lid_depths(64, 1.0, 61.2)
    assert depths[0] == 1.0 and depths.shape == (64,)
    steps = depths.diff()
    step = 2 * (61.2 - 1.0) / (64 * 65)
    torch.testing.assert_close(steps, step * torch.arange(1, 64), rtol=1e-4, atol=1e-5)
    # The far edge of the last bin is the end.
    torch.testing.assert_close(depths[-1] + 64 * step, torch.tensor(61.2), rtol=1e-5, atol=0)


def test_points_project_to_the_centres_of_their_cells() -> None:
    depths, img2lidar = lid_depths(5, 1.0, 20.0), ring_img2lidar(3)
    points = frustum_points(depths, img2lidar, (2, 4), (32, 64))
    assert points.shape == (3, 2, 4, 5, 3)
    for view, matrix in enumerate(img2lidar.double()):
        lidar2img = torch.linalg.inv(matrix)
        for row in range(2):
            for column in range(4):
                for index, depth in enumerate(depths.tolist()):
                    point = torch.cat([points[view, row, column, index].double(), torch.ones(1)])
                    u, v, z, _ = (lidar2img @ point).tolist()
                    assert abs(z - depth) < 1e-4
                    assert abs(u / z - (column * 16 + 8)) < 1e-3
                    assert abs(v / z - (row * 16 + 8)) < 1e-3


def test_half_precision_does_not_reach_coordinates() -> None:
    depths, img2lidar = lid_depths(4, 1.0, 60.0), ring_img2lidar(2, (512, 1408))
    expected = frustum_points(depths, img2lidar, (4, 11), (512, 1408))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        assert torch.equal(frustum_points(depths, img2lidar, (4, 11), (512, 1408)), expected)
