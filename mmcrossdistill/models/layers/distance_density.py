"""Density of points over their distance from the sensor."""
from __future__ import annotations

import math

import torch
from torch import Tensor


def distance_density(distance: Tensor, counted: Tensor, step: float, max_distance: float,
                     ) -> Tensor:
    """Estimate the density of distances at each of them by a Gaussian kernel.

    Distances are rounded to multiples of ``step``, so that there are few different ones, and the
    sum over all pairs of distances becomes a convolution of their histogram with the kernel, done
    by a Fourier transform in float64. The size of the histogram is fixed: nothing waits for the
    device. The bandwidth is Silverman's, 1.06 sigma M^(-1/5).
    Source: OLIVINE Eq. 12; bandwidth and rounding (to voxels of 0.1 m, or to 1 m with VoxelNet) by
    its released code.

    Args:
        distance ((M,) float): metres.
        counted ((M,) bool): which ones the density is of.
        step (> 0): metres.
        max_distance: farther ones count as this far, metres.

    Returns:
        (M,) float64: densities, 1 / metre; positive where counted.
    """
    cells = math.ceil(max_distance / step) + 1
    cell = (distance / step).round().clamp(0, cells - 1).long()
    histogram = torch.zeros(cells, dtype=torch.float64, device=distance.device).index_add(
        0, cell, counted.double())
    place = step * torch.arange(cells, dtype=torch.float64, device=distance.device)
    count = histogram.sum().clamp_min(1)
    centred = place - (histogram * place).sum() / count
    sigma = ((histogram * centred.square()).sum() / (count - 1).clamp_min(1)).sqrt()
    # All at one distance: any narrow kernel gives them one density.
    bandwidth = (1.06 * sigma * count ** -0.2).clamp_min(0.01 * step)
    kernel = torch.exp(-0.5 * (place / bandwidth).square())
    # Padding keeps the two ends of the histogram apart; the kernel is symmetric around index 0.
    size = 2 ** (2 * cells - 1).bit_length()
    both_sides = torch.cat([
        kernel, kernel.new_zeros(size - 2 * cells + 1), kernel[1:].flip(0)])
    summed = torch.fft.irfft(
        torch.fft.rfft(histogram, size) * torch.fft.rfft(both_sides), size)[:cells]
    return summed.index_select(0, cell) / (count * bandwidth * math.sqrt(2 * math.pi))
