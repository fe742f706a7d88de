"""Images painted from features."""
from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.models.layers.scatter import group_sizes, scatter_sum
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.structures.image_masks import cell_of_pixels


@MODELS.register_module()
class ImageReconstructionHead(BaseModule):
    """3x3 convolutions from feature maps to colours, and the squared error of all pixels.

    Source: the masked image modelling of CMCR (Zhang and Hou, IJCV 2025) 4.3, whose decoder only
    the released code tells: three convolutions on maps that were upsampled to the image, a sigmoid
    at the end, the mean over hidden and visible pixels. With ``cell_size`` above 1 the same
    convolutions run on the small maps, and the last one gives the colours of a whole cell.

    Args:
        in_channels: width of the maps.
        hidden_channels: widths between the convolutions.
        cell_size (> 0): pixels per cell and side; at 1 the maps are upsampled before anything else
            (the released code).
        loss_weight: multiplies the loss.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if ``cell_size`` is not positive.
    """

    def __init__(self, in_channels: int = 64, hidden_channels: Sequence[int] = (32, 16),
                 cell_size: int = 1, loss_weight: float = 1.0,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if cell_size < 1:
            raise ValueError(f'cell_size must be positive, got {cell_size}')
        self.cell_size = cell_size
        self.loss_weight = loss_weight
        layers: list[nn.Module] = []
        width = in_channels
        for hidden in hidden_channels:
            layers += [nn.Conv2d(width, hidden, 3, padding=1), nn.ReLU(inplace=True)]
            width = hidden
        layers += [nn.Conv2d(width, 3 * cell_size ** 2, 3, padding=1),
                   nn.PixelShuffle(cell_size), nn.Sigmoid()]
        self.layers = nn.Sequential(*layers)

    def resize(self, maps: Tensor, image_size: tuple[int, int]) -> Tensor:
        """Bring maps of the encoder to the cells that the head reads.

        Bilinear with aligned corners, as pixels are read elsewhere.

        Args:
            maps ((B, C, h, w) float): any maps over the images.
            image_size: (H, W) of the images, pixels.

        Returns:
            (B, C, H / cell_size, W / cell_size) float.

        Raises:
            ValueError: if the image is no multiple of the cells.
        """
        if image_size[0] % self.cell_size or image_size[1] % self.cell_size:
            raise ValueError(
                f'images of {tuple(image_size)} are no multiple of cell_size={self.cell_size} of '
                'the ImageReconstructionHead')
        size = (image_size[0] // self.cell_size, image_size[1] // self.cell_size)
        if tuple(maps.shape[-2:]) == size:
            return maps
        return F.interpolate(maps, size, mode='bilinear', align_corners=True)

    def forward(self, maps: Tensor) -> Tensor:
        """Paint.

        Args:
            maps ((B, C, h, w) float): as :meth:`resize` gives them.

        Returns:
            (B, 3, h * cell_size, w * cell_size) float: colours in (0, 1).
        """
        return self.layers(maps)

    def loss(self, maps: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Compare with the images.

        Args:
            maps ((B, C, h, w) float): as :meth:`resize` gives them.
            target ((B, 3, H, W) float): whole images, colours in [0, 1].

        Returns:
            ``loss_image``, () float32: the mean over the colours of all ranks.
        """
        painted = self(maps)
        with torch.autocast(painted.device.type, enabled=False):
            error = (painted.float() - target.float()).square().sum()
            count = mean_over_ranks(error.new_full((), target.numel()))
            return dict(loss_image=error / count.clamp_min(1.0) * self.loss_weight)


def fill_hidden(codes: Tensor, codes_3d: Tensor, hidden: Correspondence,
                 image_size: tuple[int, int], grid: tuple[int, int]) -> Tensor:
    """Put the codes of points where the image is hidden; several in one cell are averaged.

    Source: CMCR (Zhang and Hou, IJCV 2025) 4.3.

    Args:
        codes ((B * h * w, C) float32): of the image cells.
        codes_3d ((N, C) float32): of the points.
        hidden: pairs in hidden patches.
        image_size: (H, W) the pixels refer to.
        grid: (h, w).

    Returns:
        (B * h * w, C) float32.
    """
    row, column = cell_of_pixels(hidden.pixel_uv, image_size, grid)
    cell = (hidden.view_idx * grid[0] + row) * grid[1] + column
    sums = scatter_sum(codes_3d.index_select(0, hidden.point_idx), cell, len(codes))
    counts = group_sizes(cell, len(codes))[:, None]
    return torch.where(counts > 0, sums / counts.clamp_min(1.0), codes)
