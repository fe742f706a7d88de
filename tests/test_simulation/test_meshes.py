"""Composite meshes."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.simulation.meshes import MeshBuilder, concatenate, yaw_matrix


def test_box_fills_its_size() -> None:
    parts = MeshBuilder()
    parts.box((1, 2, 3), (2, 4, 6), 5)
    mesh = parts.build()
    low, high = mesh.bounds
    np.testing.assert_allclose(low, (0, 0, 0), atol=1e-6)
    np.testing.assert_allclose(high, (2, 4, 6), atol=1e-6)
    assert set(mesh.material) == {5}


@pytest.mark.parametrize('end', [(0, 0, 2), (3, 0, 0), (1, -2, .5)])
def test_limb_reaches_from_start_to_end(end: tuple[float, float, float]) -> None:
    parts = MeshBuilder()
    parts.limb((0, 0, 0), end, 0.1, 0, sections=12)
    corners = parts.build().triangles.reshape(-1, 3)
    axis = np.asarray(end) / np.linalg.norm(end)
    along = corners @ axis
    assert along.min() == pytest.approx(0, abs=1e-5)
    assert along.max() == pytest.approx(np.linalg.norm(end), rel=1e-5)
    across = np.linalg.norm(corners - along[:, None] * axis, axis=1)
    assert across.max() == pytest.approx(0.05, rel=1e-4)


def test_extrusion_is_closed_and_as_wide_as_asked() -> None:
    parts = MeshBuilder()
    parts.extrude([(-1, 0), (1, 0), (1, 1), (-1, 1)], 2.0, 0, offset=.5)
    triangles = parts.build().triangles.astype(float)
    # Divergence theorem: a closed, consistently oriented surface encloses this volume.
    volume = np.einsum('fc,fc->f', triangles[:, 0],
                       np.cross(triangles[:, 1], triangles[:, 2])).sum() / 6
    assert abs(volume) == pytest.approx(4.0, rel=1e-5)
    assert triangles[..., 1].min() == pytest.approx(-.5) and triangles[..., 1].max() == (
        pytest.approx(1.5))


def test_extrusion_narrows_with_height() -> None:
    parts = MeshBuilder()
    parts.extrude([(-1, 0), (1, 0), (1, 2), (-1, 2)], 2.0, 0, top_scale=.5)
    corners = parts.build().triangles.reshape(-1, 3)
    top = corners[corners[:, 2] > 1.9]
    assert np.abs(top[:, 1]).max() == pytest.approx(.5)


def test_placed_rotates_about_the_vertical_axis() -> None:
    parts = MeshBuilder()
    parts.box((1, 0, 0), (.2, .2, .2), 0)
    middle = parts.build().placed(10, 20, np.pi / 2, 3).triangles.reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(middle, (10, 21, 3), atol=1e-5)
    np.testing.assert_allclose(yaw_matrix(.3) @ yaw_matrix(-.3), np.eye(3), atol=1e-6)


def test_rough_spheres_stay_watertight() -> None:
    parts = MeshBuilder()
    parts.sphere((0, 0, 0), (1, 1, 1), 0, 2, np.random.default_rng(0), .3)
    triangles = parts.build().triangles
    edges = {}
    keys = [tuple(np.round(corner, 5)) for corner in triangles.reshape(-1, 3)]
    for face in range(len(triangles)):
        for a, b in ((0, 1), (1, 2), (2, 0)):
            edge = frozenset((keys[3 * face + a], keys[3 * face + b]))
            edges[edge] = edges.get(edge, 0) + 1
    assert set(edges.values()) == {2}


def test_concatenate_of_nothing_is_empty() -> None:
    assert concatenate([]).triangles.shape == (0, 3, 3)


@pytest.mark.parametrize('side', [-1, 1])
def test_wheels_show_their_hub_on_the_outer_side(side: int) -> None:
    parts = MeshBuilder()
    parts.wheel((0, side * .8, .3), .3, .2, 0, 1)
    mesh = parts.build()
    low, high = mesh.bounds
    np.testing.assert_allclose((low[2], high[2]), (0, .6), atol=.02)
    hub = mesh.triangles[mesh.material == 1].reshape(-1, 3)
    np.testing.assert_allclose(hub[:, 1], side * .915, atol=1e-5)
    assert np.abs(mesh.triangles[mesh.material == 0][..., 1]).max() == pytest.approx(.9)


def test_quads_lie_across_x() -> None:
    parts = MeshBuilder()
    parts.quad((2, 1, 1), (.4, .2), 0)
    low, high = parts.build().bounds
    np.testing.assert_allclose(low, (2, .8, .9), atol=1e-6)
    np.testing.assert_allclose(high, (2, 1.2, 1.1), atol=1e-6)
