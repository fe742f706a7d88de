"""Regions of images (superpixels) that hold at least one pair."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .correspondence import Correspondence


@dataclass
class Regions:
    """The regions of all views of a batch, as consecutive rows, view after view.

    Made on the CPU (:meth:`build`), where finding out how many there are waits for nothing; on the
    device, their number is known without asking it.

    Args:
        row ((B, H, W) int32): row of each pixel's region; ``num_rows`` where it has none.
        per_view: rows of each view.
    """

    row: Tensor
    per_view: tuple[int, ...]

    @property
    def num_rows(self) -> int:
        """Regions in the batch."""
        return sum(self.per_view)

    @classmethod
    def build(cls, superpixels: Tensor, corr: Correspondence) -> tuple[Regions, Correspondence]:
        """Number the regions that hold a pair.

        Args:
            superpixels ((B, H, W) int): id of each pixel's region within its view; negative where
                it has none. The ids need not be consecutive and have no upper limit.
            corr: pairs on these pixels.

        Returns:
            The regions, and the pairs with ``region_id`` set to their row (``num_rows`` where a
            pair's pixel has none).
        """
        num_views, height, width = superpixels.shape
        ids = superpixels.long()
        span = int(ids.max()) + 2 if ids.numel() else 1  # one more: where negative ids go
        key = torch.where(ids < 0, span - 1, ids)
        key += torch.arange(num_views).view(-1, 1, 1) * span
        column, row = corr.pixel_uv.long().unbind(1)
        pair_key = key[corr.view_idx, row.clamp(0, height - 1), column.clamp(0, width - 1)]
        occupied = torch.unique(pair_key)
        occupied = occupied[occupied % span != span - 1]
        table = torch.full((num_views * span,), len(occupied), dtype=torch.int32)
        table[occupied] = torch.arange(len(occupied), dtype=torch.int32)
        per_view = torch.bincount(occupied // span, minlength=num_views).tolist()
        return (cls(table[key], tuple(per_view)),
                replace(corr, region_id=table[pair_key].long()))

    @staticmethod
    def cat(items: Sequence[Regions]) -> Regions:
        """Stack the regions of a batch.

        Args:
            items: one per sample; the images are of one size.
        """
        rows = Regions.cat_rows(
            [item.row.flatten() for item in items], items).view(-1, *items[0].row.shape[1:])
        return Regions(rows, tuple(count for item in items for count in item.per_view))

    @staticmethod
    def cat_rows(rows: Sequence[Tensor], items: Sequence[Regions]) -> Tensor:
        """Stack rows of samples, for instance the ``region_id`` of their pairs.

        Args:
            rows (list of (M,) int): rows within each sample, ``num_rows`` for no region.
            items: the regions of each sample.

        Returns:
            (sum of M,) int: rows of the batch.
        """
        total = sum(item.num_rows for item in items)
        shifted, start = [], 0
        for row, item in zip(rows, items, strict=True):
            shifted.append(torch.where(row < item.num_rows, row + start, total))
            start += item.num_rows
        return torch.cat(shifted)

    def to(self, device: torch.device | str, non_blocking: bool = False) -> Regions:
        """Move the map.

        Args:
            device: target device.
            non_blocking: passed to :meth:`torch.Tensor.to`.
        """
        return replace(self, row=self.row.to(device, non_blocking=non_blocking))
