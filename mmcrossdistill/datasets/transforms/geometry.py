"""Projection of points into cameras."""
from __future__ import annotations

import numpy as np

BORDERS = ('strict', 'inside')


def lidar2img_matrix(cam2img: np.ndarray, lidar2cam: np.ndarray) -> np.ndarray:
    """Fuse intrinsics and extrinsics.

    Args:
        cam2img ((3, 3) float): intrinsics, pixels.
        lidar2cam ((4, 4) float): extrinsics, metres.

    Returns:
        (3, 4) float: maps homogeneous lidar coordinates to (u * z, v * z, z).
    """
    return cam2img @ lidar2cam[:3]


def project_points(
    points: np.ndarray,
    lidar2img: np.ndarray,
    image_size: tuple[int, int],
    min_depth: float = 1.0,
    border: str = 'strict',
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the points that a camera sees, without reasoning on occlusion.

    Points nearer than ``min_depth`` are dropped before the division, so that the costly part runs
    on the half space in front of the camera only.
    Source: SLidR and ScaLR test depth > 1 m and 0 < u < W - 1, 0 < v < H - 1 on the real-valued
    pixel.

    Args:
        points ((N, 3+) float): x, y, z first, in the lidar frame, metres.
        lidar2img ((3, 4) float): of :func:`lidar2img_matrix`.
        image_size: (H, W) in pixels.
        min_depth: metres, exclusive.
        border: 'strict' as above, or 'inside' for 0 <= u < W, 0 <= v < H.

    Returns:
        index (M,) int64 of the visible points, ascending; uv (M, 2) float32 pixels; depth (M,)
        float32 metres.
    """
    matrix = lidar2img.astype(np.float32)
    xyz = points[:, :3].T
    depth = matrix[2, :3] @ xyz + matrix[2, 3]
    index = np.flatnonzero(depth > min_depth)
    depth = depth[index]
    uv = matrix[:2, :3] @ xyz[:, index] + matrix[:2, 3:]
    uv /= depth
    height, width = image_size
    u, v = uv
    if border == 'strict':
        seen = (u > 0) & (u < width - 1) & (v > 0) & (v < height - 1)
    else:
        seen = (u >= 0) & (u < width) & (v >= 0) & (v < height)
    return index[seen], np.ascontiguousarray(uv[:, seen].T), depth[seen]


def visible_in_zbuffer(
    uv: np.ndarray, depth: np.ndarray, image_size: tuple[int, int], cell: int, margin: float,
) -> np.ndarray:
    """Tell the points that no much nearer point of the same image cell hides.

    Cells must be larger than the gap between scan lines, or the gaps let hidden points through.

    Args:
        uv ((M, 2) float): pixels inside the image.
        depth ((M,) float): metres.
        image_size: (H, W) in pixels.
        cell: side of a cell, pixels.
        margin: a point is hidden when it is more than this share deeper than the nearest one.

    Returns:
        (M,) bool: True where visible.
    """
    columns = -(-image_size[1] // cell)
    rows = -(-image_size[0] // cell)
    key = (uv[:, 1] // cell).astype(np.int64) * columns + (uv[:, 0] // cell).astype(np.int64)
    nearest = np.full(rows * columns, np.inf, dtype=depth.dtype)
    np.minimum.at(nearest, key, depth)
    return depth <= nearest[key] * (1 + margin)


def nearest_per_pixel(uv: np.ndarray, depth: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """Keep, of the points that share a pixel, the nearest.

    Args:
        uv ((M, 2) float): pixels inside the image.
        depth ((M,) float): metres.
        image_size: (H, W) in pixels.

    Returns:
        (K,) int64: kept rows, ascending.
    """
    key = uv[:, 1].astype(np.int64) * image_size[1] + uv[:, 0].astype(np.int64)
    order = np.argsort(depth, kind='stable')
    _, first = np.unique(key[order], return_index=True)
    return np.sort(order[first])
