"""3D positions of image cells as feature vectors."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .camera_frustum import frustum_points, lid_depths
from .sine_encoding import encode_sine


def inverse_sigmoid(value: Tensor, eps: float = 1e-5) -> Tensor:
    """Invert the sigmoid; arguments are clamped to [eps, 1 - eps].

    Args:
        value (any shape, float): in [0, 1].
        eps (> 0): distance kept from the ends.
    """
    value = value.clamp(eps, 1 - eps)
    return (value / (1 - value)).log()


def _mlp(in_channels: int, hidden_channels: int, out_channels: int) -> nn.Sequential:
    """Two layers on every cell.

    Args:
        in_channels: width of the input.
        hidden_channels: width between.
        out_channels: width of the output.
    """
    return nn.Sequential(
        nn.Linear(in_channels, hidden_channels), nn.ReLU(),
        nn.Linear(hidden_channels, out_channels))


class PositionEncoder3D(nn.Module):
    """Encode what each image cell may show: the points along its ray.

    D points per cell, put into the LiDAR frame, scaled to the unit box of ``position_range`` and
    passed through the inverse sigmoid, go through an MLP. To this the encoder can add a learnt map
    of sines of (view, row, column), which makes the order of the cameras matter.
    Source: PETR (Liu et al., ECCV 2022) 3.2-3.3; its best row has both parts. PETR puts the
    points on the upper left corners of the cells; here they are on the centres, where pairs of
    points and pixels are, too.

    Args:
        embed_dims: C.
        num_depths: D.
        depth_start: depth of the first point, metres; the last bin ends at the largest x of
            ``position_range``.
        position_range: lower, then upper bounds of x, y, z, metres.
        with_view_encoding: whether to add the sines.
    """

    def __init__(
        self,
        embed_dims: int = 256,
        num_depths: int = 64,
        depth_start: float = 1.0,
        position_range: Sequence[float] = (-61.2, -61.2, -10.0, 61.2, 61.2, 10.0),
        with_view_encoding: bool = True,
    ) -> None:
        super().__init__()
        self.register_buffer(
            'depths', lid_depths(num_depths, depth_start, position_range[3]), persistent=False)
        bounds = torch.tensor(position_range, dtype=torch.float32)
        self.register_buffer('lower', bounds[:3], persistent=False)
        self.register_buffer('extent', bounds[3:] - bounds[:3], persistent=False)
        self.point_mlp = _mlp(3 * num_depths, 4 * embed_dims, embed_dims)
        self.sine_dims = embed_dims // 2
        self.view_mlp = _mlp(
            3 * self.sine_dims, 4 * embed_dims, embed_dims) if with_view_encoding else None

    def forward(
        self, img2lidar: Tensor, map_size: tuple[int, int], image_size: tuple[int, int],
    ) -> Tensor:
        """Encode the cells of all views.

        Args:
            img2lidar ((B, V, 4, 4) float): see :func:`frustum_points`.
            map_size: (h, w) of the feature maps.
            image_size: (H, W) in pixels.

        Returns:
            (B, V, h, w, C) float: positions.
        """
        points = frustum_points(self.depths, img2lidar.flatten(0, 1), map_size, image_size)
        unit = (points - self.lower) / self.extent
        encoded = self.point_mlp(inverse_sigmoid(unit).flatten(-2))
        encoded = encoded.unflatten(0, img2lidar.shape[:2])
        if self.view_mlp is None:
            return encoded
        return encoded + self._encode_views((img2lidar.shape[1], *map_size))

    def _encode_views(self, counts: tuple[int, int, int]) -> Tensor:
        """Encode (view, row, column), each counted from 1 and divided by its number.

        Args:
            counts: (V, h, w).

        Returns:
            (V, h, w, C) float.
        """
        device = self.depths.device
        shares = [torch.arange(1, count + 1, device=device) / count for count in counts]
        positions = torch.stack(torch.meshgrid(*shares, indexing='ij'), dim=-1)
        return self.view_mlp(encode_sine(positions, self.sine_dims))
