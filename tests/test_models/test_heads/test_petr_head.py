"""The head: shapes, where queries look, what does not change its output."""
from __future__ import annotations

from typing import Any

import pytest
import torch

from mmcrossdistill.models.heads import PETRHead
from mmcrossdistill.testing.multi_view import BOX_RANGE, random_boxes, ring_img2lidar

SIZE = (32, 64)


def make_head(**options: Any) -> PETRHead:
    """A small head without dropout."""
    torch.manual_seed(0)
    return PETRHead(**dict(
        in_channels=6, num_queries=7, embed_dims=16, num_layers=2, num_heads=2,
        feedforward_channels=16, dropout=0.0, num_depths=4, box_range=BOX_RANGE) | options)


def test_shapes_and_starting_point() -> None:
    head = make_head()
    logits, codes = head(torch.randn(6, 6, 4, 8), ring_img2lidar(3)[None].repeat(2, 1, 1, 1), SIZE)
    assert logits.shape == (2, 2, 7, 10) and codes.shape == (2, 2, 7, 10)
    # Scores start at the share of foreground, boxes near the reference points.
    assert 0.002 < logits.sigmoid().mean() < 0.05
    lower, upper = torch.tensor(BOX_RANGE).view(2, 3)
    centers = lower + (upper - lower) * head.reference_points
    assert ((codes[..., :3] > lower) & (codes[..., :3] < upper)).all()
    assert (codes[..., :3] - centers).abs().mean() < 4


def test_batch_equals_its_samples() -> None:
    head = make_head().eval()
    feats, img2lidar = torch.randn(6, 6, 4, 8), ring_img2lidar(3)[None].repeat(2, 1, 1, 1)
    whole = head(feats, img2lidar, SIZE)
    for row in range(2):
        part = head(feats[3 * row:3 * row + 3], img2lidar[row:row + 1], SIZE)
        for ours, theirs in zip(part, whole, strict=True):
            torch.testing.assert_close(ours[:, 0], theirs[:, row], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('with_view_encoding', [False, True])
def test_order_of_the_cameras(with_view_encoding: bool) -> None:
    """It does not matter, unless the encoding numbers the views."""
    head = make_head(with_view_encoding=with_view_encoding).eval()
    feats, img2lidar, order = torch.randn(4, 6, 4, 8), ring_img2lidar(4), torch.tensor([2, 0, 3, 1])
    expected = head(feats, img2lidar[None], SIZE)
    got = head(feats[order], img2lidar[None, order], SIZE)
    same = [torch.allclose(a, b, rtol=1e-4, atol=1e-4) for a, b in zip(got, expected, strict=True)]
    assert same == [not with_view_encoding] * 2


def test_position_decides_what_a_query_sees() -> None:
    """The same pictures from turned cameras are other boxes."""
    head = make_head(with_view_encoding=False).eval()
    feats, img2lidar = torch.randn(3, 6, 4, 8), ring_img2lidar(3)
    first = head(feats, img2lidar[None], SIZE)[0]
    assert not torch.allclose(head(feats, img2lidar[None].roll(1, 1), SIZE)[0], first, atol=1e-3)


def test_every_parameter_learns() -> None:
    head = make_head()
    found = random_boxes(3, torch.Generator().manual_seed(0))
    outputs = head(torch.randn(3, 6, 4, 8), ring_img2lidar(3)[None], SIZE)
    sum(head.loss(outputs, [found.bboxes_3d], [found.labels_3d]).values()).backward()
    assert [name for name, parameter in head.named_parameters() if parameter.grad is None] == []


def test_predictions_are_those_of_the_last_layer() -> None:
    head = make_head(max_boxes=5)
    logits, codes = torch.randn(2, 1, 7, 10), torch.zeros(2, 1, 7, 10)
    ((boxes, scores, labels),) = head.predict((logits, codes))
    assert boxes.shape == (5, 9)
    best = logits[1, 0].flatten().topk(5)
    torch.testing.assert_close(scores, best.values.sigmoid())
    assert labels.tolist() == (best.indices % 10).tolist()
