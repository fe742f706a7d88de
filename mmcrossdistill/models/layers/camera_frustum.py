"""Points on the rays of image cells, in the LiDAR frame."""
from __future__ import annotations

import torch
from torch import Tensor


def lid_depths(num_bins: int, start: float, end: float) -> Tensor:
    """Depths whose steps grow linearly with the distance (linear-increasing discretisation).

    d_i = start + (end - start) * i * (i + 1) / (D * (D + 1)) for i = 0 ... D - 1: the near edges
    of D bins between ``start`` and ``end``.
    Source: CaDDN (Reading et al., CVPR 2021) Eq. 1; PETR (Liu et al., ECCV 2022) 3.2.

    Args:
        num_bins (> 0): D.
        start: metres.
        end: metres.

    Returns:
        (D,) float32: metres, ascending.
    """
    index = torch.arange(num_bins, dtype=torch.float32)
    return start + (end - start) * index * (index + 1) / (num_bins * (num_bins + 1))


def frustum_points(
    depths: Tensor, img2lidar: Tensor, map_size: tuple[int, int], image_size: tuple[int, int],
) -> Tensor:
    """Put points at the given depths on the ray through the centre of every cell.

    Args:
        depths ((D,) float): z in the camera frame, metres.
        img2lidar ((N, 4, 4) float): maps (u * z, v * z, z, 1), with the pixel (u, v) of N views, to
            the LiDAR frame.
        map_size: (h, w) of the feature map.
        image_size: (H, W) in pixels.

    Returns:
        (N, h, w, D, 3) float32: metres.
    """
    # Half precision would overflow at u * z and could not tell decimetres apart.
    with torch.autocast(img2lidar.device.type, enabled=False):
        matrix = img2lidar.float()
        rows, columns = (
            (torch.arange(cells, device=matrix.device, dtype=torch.float32) + 0.5) * (size / cells)
            for cells, size in zip(map_size, image_size, strict=True))
        v, u = torch.meshgrid(rows, columns, indexing='ij')
        pixels = torch.stack([u, v, torch.ones_like(u)], dim=-1)
        # n: view, h w: cell, i: lidar axis, j: homogeneous pixel axis
        rays = torch.einsum('nij,hwj->nhwi', matrix[:, :3, :3], pixels)
        origins = matrix[:, None, None, None, :3, 3]
        return origins + rays[..., None, :] * depths.to(matrix.device)[:, None]
