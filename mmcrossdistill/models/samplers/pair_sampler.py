"""Draw labelled pairs, rare ones more often."""
from __future__ import annotations

import torch
from torch import Tensor

from mmcrossdistill.models.layers.distance_density import distance_density
from mmcrossdistill.models.layers.scatter import group_sizes
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class PairSampler:
    """Density- and category-aware sampling of pairs (DCAS).

    The chance of a pair is inversely proportional to the density of pairs at its distance from the
    sensor, and to the number of pairs of its class. Both are counted over the labelled pairs of the
    batch of this process; drawn is without repetition. Pairs without a label are drawn only where
    there are not enough others, so that the number of rows is known without asking the device.
    Source: OLIVINE 3.4, Eq. 12 and 13.

    Args:
        num_pairs (> 0): drawn per batch and process; ``None`` takes all.
        with_density: whether the density over the distance counts.
        with_category: whether the frequency of the class counts.
        distance: 'range' (from the sensor, as the paper says) or 'horizontal' (from its vertical
            axis, as in the released code).
        step (> 0): distances are rounded to its multiples, metres; the released code has 0.1, with
            VoxelNet 1.
        max_distance: farther points count as this far, metres.
        ignore_index: label of pairs without a class.

    Raises:
        ValueError: if an option is out of range or unknown.
    """

    def __init__(
        self,
        num_pairs: int | None = 4096,
        with_density: bool = True,
        with_category: bool = True,
        distance: str = 'range',
        step: float = 0.1,
        max_distance: float = 250.0,
        ignore_index: int = 255,
    ) -> None:
        if num_pairs is not None and num_pairs <= 0:
            raise ValueError(f'num_pairs must be positive or None, got {num_pairs}')
        if distance not in ('range', 'horizontal'):
            raise ValueError(f"distance must be 'range' or 'horizontal', got {distance!r}")
        if step <= 0 or max_distance < step:
            raise ValueError(
                f'step must be positive and at most max_distance, got {step} and {max_distance}')
        self.num_pairs = num_pairs
        self.with_density = with_density
        self.with_category = with_category
        self.axes = 3 if distance == 'range' else 2
        self.step = step
        self.max_distance = max_distance
        self.ignore_index = ignore_index

    @torch.no_grad()
    def __call__(self, coords: Tensor, label: Tensor) -> Tensor:
        """Draw pairs.

        Args:
            coords ((M, 3) float): x, y, z of each pair's point in the lidar frame, metres.
            label ((M,) int64): classes from 0, below ``ignore_index``, or that.

        Returns:
            (min(M, num_pairs),) int64: rows of the pairs.
        """
        if self.num_pairs is None or len(label) <= self.num_pairs:
            return torch.arange(len(label), device=label.device)
        weight = self.weights(coords, label)
        # The largest of weight / exponential noise are a draw without repetition.
        return (weight / torch.empty_like(weight).exponential_()).topk(self.num_pairs).indices

    def weights(self, coords: Tensor, label: Tensor) -> Tensor:
        """Weigh the chance of each pair; arguments as :meth:`__call__`.

        Args:
            coords ((M, 3) float): metres.
            label ((M,) int64): classes.

        Returns:
            (M,) float64: not normalised; zero without a label.
        """
        labelled = label != self.ignore_index
        rarity = torch.ones_like(label, dtype=torch.float64)
        if self.with_density:
            density = distance_density(
                coords[:, :self.axes].norm(dim=1), labelled, self.step, self.max_distance)
            rarity = rarity * density
        if self.with_category:
            counts = group_sizes(label, self.ignore_index + 1)
            rarity = rarity * counts.index_select(0, label)
        return labelled / rarity.where(labelled, 1)
