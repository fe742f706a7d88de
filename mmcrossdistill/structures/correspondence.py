"""Point-pixel pairs."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor


@dataclass
class Correspondence:
    """M pairs of a 3D point (or voxel) and a pixel.

    Row i of every field speaks of the same pair. Optional fields are ``None`` when not loaded.

    Args:
        point_idx ((M,) int64): row of the point cloud, later of ``feats_3d``.
        view_idx ((M,) int64): row of the image stack.
        pixel_uv ((M, 2) float32): continuous pixel coordinates, u to the right, v down; pixel
            (c, r) covers [c, c + 1) x [r, r + 1).
        region_id ((M,) int64): superpixel, segment or class region of the pixel.
        label ((M,) int64): class of the point, or of the pixel; 255 is ignored.
        depth ((M,) float32): z in the camera frame, metres.
        cloud_idx ((M,) int64): which cloud of its sample the point is of; 0 is the keyframe's.
    """

    point_idx: Tensor
    view_idx: Tensor
    pixel_uv: Tensor
    region_id: Tensor | None = None
    label: Tensor | None = None
    depth: Tensor | None = None
    cloud_idx: Tensor | None = None

    @classmethod
    def empty(cls, with_label: bool = False, with_depth: bool = False) -> Correspondence:
        """Make one without pairs.

        Args:
            with_label: whether ``label`` is an empty tensor instead of ``None``.
            with_depth: whether ``depth`` is an empty tensor instead of ``None``.
        """
        index = torch.zeros(0, dtype=torch.int64)
        return cls(
            index, index.clone(), torch.zeros(0, 2),
            label=index.clone() if with_label else None,
            depth=torch.zeros(0) if with_depth else None)

    def __len__(self) -> int:
        return self.point_idx.shape[0]

    def _map(self, function: Callable[[Tensor], Tensor]) -> Correspondence:
        """Apply a function to every field that is present."""
        return Correspondence(**{
            field.name: None if getattr(self, field.name) is None
            else function(getattr(self, field.name))
            for field in fields(self)})

    def select(self, index: Tensor) -> Correspondence:
        """Keep some pairs.

        Args:
            index ((M,) bool or (K,) int64): which pairs.
        """
        return self._map(lambda value: value[index])

    def offset(self, points: int, views: int) -> Correspondence:
        """Shift the point and view rows, as stacking samples into a batch demands.

        Args:
            points: added to ``point_idx``.
            views: added to ``view_idx``.
        """
        return replace(self, point_idx=self.point_idx + points, view_idx=self.view_idx + views)

    def remap_points(self, new_index: Tensor) -> Correspondence:
        """Follow points that were dropped, reordered or merged.

        Args:
            new_index ((N,) int64): new row of each old point; -1 where it was dropped, and its
                pairs with it.
        """
        point_idx = new_index[self.point_idx]
        kept = point_idx >= 0
        return replace(self, point_idx=point_idx).select(kept)

    def to(self, device: torch.device | str, non_blocking: bool = False) -> Correspondence:
        """Move every field.

        Args:
            device: target device.
            non_blocking: passed to :meth:`torch.Tensor.to`.
        """
        return self._map(lambda value: value.to(device, non_blocking=non_blocking))

    def validate(self, num_points: int, num_views: int,
                 image_size: tuple[int, int] | None = None) -> None:
        """Check shapes and ranges.

        Args:
            num_points: rows of the point cloud.
            num_views: rows of the image stack.
            image_size: (H, W) in pixels; when given, pixels must lie inside.

        Raises:
            ValueError: if a field disagrees in length or a value is out of range.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and value.shape[0] != len(self):
                raise ValueError(
                    f'Correspondence.{field.name} has {value.shape[0]} rows, expected {len(self)}')
        if len(self) == 0:
            return
        for name, limit in (('point_idx', num_points), ('view_idx', num_views)):
            value = getattr(self, name)
            if int(value.min()) < 0 or int(value.max()) >= limit:
                raise ValueError(
                    f'Correspondence.{name} spans [{int(value.min())}, {int(value.max())}], '
                    f'allowed is [0, {limit - 1}]')
        if image_size is not None:
            size = self.pixel_uv.new_tensor([image_size[1], image_size[0]])
            if bool((self.pixel_uv < 0).any()) or bool((self.pixel_uv >= size).any()):
                raise ValueError(
                    f'Correspondence.pixel_uv leaves the image of (H, W) = {tuple(image_size)}')

    @staticmethod
    def cat(items: Sequence[Correspondence], num_points: Sequence[int],
            num_views: Sequence[int]) -> Correspondence:
        """Stack the pairs of a batch.

        A field that is ``None`` in any item is ``None`` in the result.

        Args:
            items: one per sample.
            num_points: points of each sample.
            num_views: views of each sample.
        """
        shifted, points, views = [], 0, 0
        for item, count_points, count_views in zip(items, num_points, num_views, strict=True):
            shifted.append(item.offset(points, views))
            points, views = points + count_points, views + count_views
        stacked = {}
        for field in fields(Correspondence):
            values = [getattr(item, field.name) for item in shifted]
            stacked[field.name] = None if any(v is None for v in values) else torch.cat(values)
        return Correspondence(**stacked)
