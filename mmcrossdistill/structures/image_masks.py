"""Hidden patches of images."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .correspondence import Correspondence


@dataclass
class ImageMasks:
    """Which patches of the images a model does not see, and the pairs in them.

    Made on the CPU (:meth:`split`), where finding out how many pairs are hidden waits for nothing.

    Args:
        patches ((B, rows, columns) bool): True where a patch is hidden.
        hidden: pairs whose pixel lies in a hidden patch.
    """

    patches: Tensor
    hidden: Correspondence

    @classmethod
    def split(cls, patches: Tensor, corr: Correspondence, image_size: tuple[int, int],
              ) -> tuple[ImageMasks, Correspondence]:
        """Divide pairs into hidden and visible ones.

        Args:
            patches ((B, rows, columns) bool): hidden patches.
            corr: all pairs.
            image_size: (H, W) the pixels refer to.

        Returns:
            The masks with the hidden pairs, and the visible pairs.
        """
        row, column = cell_of_pixels(corr.pixel_uv, image_size, tuple(patches.shape[-2:]))
        is_hidden = patches[corr.view_idx, row, column]
        return cls(patches, corr.select(is_hidden)), corr.select(~is_hidden)

    def hide(self, imgs: Tensor) -> Tensor:
        """Set hidden pixels to zero, the mean colour of normalised images.

        Args:
            imgs ((B, 3, H, W) float): H and W are multiples of the numbers of patches.

        Returns:
            (B, 3, H, W) float.
        """
        batch, channels, height, width = imgs.shape
        rows, columns = self.patches.shape[-2:]
        tiles = imgs.view(batch, channels, rows, height // rows, columns, width // columns)
        return tiles.masked_fill(self.patches[:, None, :, None, :, None], 0.0).view_as(imgs)

    @staticmethod
    def cat(items: Sequence[ImageMasks], num_points: Sequence[int], num_views: Sequence[int],
            ) -> ImageMasks:
        """Stack the masks of a batch.

        Args:
            items: one per sample; the grids of patches are of one size.
            num_points: points of each sample.
            num_views: views of each sample.
        """
        return ImageMasks(
            torch.cat([item.patches for item in items]),
            Correspondence.cat([item.hidden for item in items], num_points, num_views))

    def to(self, device: torch.device | str, non_blocking: bool = False) -> ImageMasks:
        """Move every tensor.

        Args:
            device: target device.
            non_blocking: passed to :meth:`torch.Tensor.to`.
        """
        return ImageMasks(self.patches.to(device, non_blocking=non_blocking),
                          self.hidden.to(device, non_blocking=non_blocking))


def cell_of_pixels(pixel_uv: Tensor, image_size: tuple[int, int], grid: tuple[int, int],
                   ) -> tuple[Tensor, Tensor]:
    """Find the cells of a grid over an image that pixels lie in.

    Args:
        pixel_uv ((M, 2) float): continuous pixels inside the image.
        image_size: (H, W) of the image, pixels.
        grid: (rows, columns) of equal cells.

    Returns:
        (M,) int64 rows and (M,) int64 columns.
    """
    column, row = (
        (pixel_uv[:, axis] * cells / pixels).long().clamp_(0, cells - 1)
        for axis, cells, pixels in ((0, grid[1], image_size[1]), (1, grid[0], image_size[0])))
    return row, column
