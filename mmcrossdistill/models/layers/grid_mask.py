"""Regular square holes in training images."""
from __future__ import annotations

import torch
from torch import Tensor, nn


def grid_holes(size: tuple[int, int], period: int, hole: int, offset: tuple[int, int]) -> Tensor:
    """Draw a lattice of square holes.

    Args:
        size: (H, W) in pixels.
        period (> 0): distance of the holes, pixels.
        hole: side of a hole, pixels.
        offset: row and column of the lattice, pixels.

    Returns:
        (H, W) bool: True inside a hole.
    """
    rows, columns = (
        (torch.arange(length) + shift) % period < hole
        for length, shift in zip(size, offset, strict=True))
    return rows[:, None] & columns


class GridMask(nn.Module):
    """Cut a lattice of square holes out of the images of a sample, in training.

    All views of a sample have the same holes. The holes get 0, the mean colour of normalised
    images. Numbers are drawn on the CPU, so that no device has to wait.
    Source: GridMask (Chen et al., 2020) with the settings of PETR: period from 2 to H - 1 pixels,
    holes half as wide, no rotation, chance 0.7. PETR draws one mask for all samples of a GPU, of
    which it has one; here each sample has its own.

    Args:
        prob ([0, 1]): chance that a sample gets holes.
        ratio ((0, 1)): of the period that is kept.
    """

    def __init__(self, prob: float = 0.7, ratio: float = 0.5) -> None:
        super().__init__()
        if not 0 <= prob <= 1 or not 0 < ratio < 1:
            raise ValueError(f'GridMask needs prob in [0, 1] and ratio in (0, 1): {prob}, {ratio}')
        self.prob = prob
        self.ratio = ratio

    def forward(self, imgs: Tensor, num_views: int) -> Tensor:
        """Mask the images.

        Args:
            imgs ((B * V, 3, H, W) float): normalised images.
            num_views: V.

        Returns:
            The same shape; the input itself in evaluation.
        """
        if not self.training:
            return imgs
        size = tuple(imgs.shape[-2:])
        kept = torch.stack([~self._draw(size) for _ in range(len(imgs) // num_views)])
        kept = kept.to(imgs.device, imgs.dtype, non_blocking=True)
        return imgs * kept.repeat_interleave(num_views, dim=0)[:, None]

    def _draw(self, size: tuple[int, int]) -> Tensor:
        """Draw the holes of one sample.

        Args:
            size: (H, W) in pixels.
        """
        if torch.rand(()) >= self.prob:
            return torch.zeros(size, dtype=torch.bool)
        period = int(torch.randint(2, size[0], ()))
        kept = min(max(int(period * self.ratio + 0.5), 1), period - 1)
        offset = torch.randint(period, (2,)).tolist()
        return grid_holes(size, period, period - kept, tuple(offset))
