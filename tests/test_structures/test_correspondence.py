"""Tests of Correspondence."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.structures import Correspondence


def make(points: list[int], views: list[int], **kwargs: torch.Tensor) -> Correspondence:
    """Pairs whose pixels equal (point, view)."""
    uv = torch.tensor([[float(p), float(v)] for p, v in zip(points, views, strict=True)])
    return Correspondence(torch.tensor(points), torch.tensor(views), uv.reshape(-1, 2), **kwargs)


def test_cat_offsets_points_and_views() -> None:
    first = make([0, 2], [0, 1])
    second = make([1], [0])
    both = Correspondence.cat([first, second], num_points=[3, 5], num_views=[2, 1])
    assert both.point_idx.tolist() == [0, 2, 4]
    assert both.view_idx.tolist() == [0, 1, 2]
    assert both.pixel_uv.tolist() == [[0, 0], [2, 1], [1, 0]]


def test_cat_drops_a_field_that_one_sample_lacks() -> None:
    first = make([0], [0], label=torch.tensor([3]), depth=torch.tensor([2.]))
    second = make([0], [0], depth=torch.tensor([4.]))
    both = Correspondence.cat([first, second], [1, 1], [1, 1])
    assert both.label is None
    assert both.depth.tolist() == [2, 4]


def test_cat_counts_samples_without_pairs() -> None:
    both = Correspondence.cat([Correspondence.empty(), make([1], [0])], [7, 2], [1, 1])
    assert both.point_idx.tolist() == [8]
    assert both.view_idx.tolist() == [1]


def test_remap_follows_dropped_and_reordered_points() -> None:
    corr = make([0, 1, 2, 2], [0, 0, 0, 1], label=torch.tensor([10, 11, 12, 13]))
    moved = corr.remap_points(torch.tensor([1, -1, 0]))
    assert moved.point_idx.tolist() == [1, 0, 0]
    assert moved.label.tolist() == [10, 12, 13]
    assert moved.view_idx.tolist() == [0, 0, 1]
    assert corr.point_idx.tolist() == [0, 1, 2, 2]


def test_remap_can_merge_points_into_voxels() -> None:
    assert make([0, 1, 2], [0, 0, 0]).remap_points(
        torch.tensor([0, 0, 1])).point_idx.tolist() == [0, 0, 1]


@pytest.mark.parametrize('index', [torch.tensor([True, False, True]), torch.tensor([0, 2])])
def test_select_takes_masks_and_rows(index: torch.Tensor) -> None:
    corr = make([5, 6, 7], [0, 0, 1], depth=torch.tensor([1., 2., 3.]))
    kept = corr.select(index)
    assert kept.point_idx.tolist() == [5, 7]
    assert kept.depth.tolist() == [1, 3]
    assert len(kept) == 2


def test_to_keeps_absent_fields_absent() -> None:
    moved = make([0], [0]).to('cpu')
    assert moved.label is None and moved.region_id is None


@pytest.mark.parametrize('field,value,message', [
    ('point_idx', torch.tensor([3]), r'point_idx spans \[3, 3\], allowed is \[0, 2\]'),
    ('view_idx', torch.tensor([-1]), 'view_idx spans'),
    ('pixel_uv', torch.tensor([[8., 0.]]), 'leaves the image'),
    ('label', torch.tensor([1, 2]), 'label has 2 rows, expected 1'),
])
def test_validate_names_the_field(field: str, value: torch.Tensor, message: str) -> None:
    corr = make([0], [0])
    setattr(corr, field, value)
    with pytest.raises(ValueError, match=message):
        corr.validate(num_points=3, num_views=1, image_size=(4, 8))


def test_validate_accepts_pixels_up_to_the_border() -> None:
    corr = make([0], [0])
    corr.pixel_uv = torch.tensor([[7.999, 3.999]])
    corr.validate(num_points=1, num_views=1, image_size=(4, 8))
    Correspondence.empty(with_label=True, with_depth=True).validate(0, 0, (4, 8))
