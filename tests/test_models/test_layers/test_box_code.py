"""Boxes come back from their codes; the best pairs of query and class are picked."""
from __future__ import annotations

import math

import torch

from mmcrossdistill.models.layers.box_code import decode_boxes, encode_boxes, pick_boxes
from mmcrossdistill.testing.multi_view import random_boxes


def test_boxes_come_back() -> None:
    boxes = random_boxes(20, torch.Generator().manual_seed(0)).bboxes_3d
    codes = encode_boxes(boxes)
    torch.testing.assert_close(decode_boxes(codes), boxes, equal_nan=True)
    # Sine and cosine of a network lie anywhere.
    codes[:, 6:8] *= 3
    torch.testing.assert_close(decode_boxes(codes), boxes, equal_nan=True)


def test_codes_are_what_they_are_named() -> None:
    code = encode_boxes(torch.tensor([[1.0, 2, 3, math.e, 1, math.e ** 2, math.pi / 2, 7, 8]]))
    torch.testing.assert_close(
        code, torch.tensor([[1.0, 2, 3, 1, 0, 2, 1, 0, 7, 8]]), rtol=1e-5, atol=1e-6)


def test_picks_what_a_loop_picks() -> None:
    generator = torch.Generator().manual_seed(1)
    logits, codes = torch.randn(6, 3, generator=generator), torch.randn(6, 10, generator=generator)
    codes[2, 0] = 50.0  # outside
    bounds = torch.tensor([-9.0, -9, -9, 9, 9, 9])
    boxes, scores, labels = pick_boxes(logits, codes, 8, bounds)
    ranked = sorted(((float(logits[query, label].sigmoid()), query, label)
                     for query in range(6) for label in range(3)), reverse=True)[:8]
    expected = [item for item in ranked if item[1] != 2]
    assert any(item[1] == 2 for item in ranked) and len({item[1] for item in ranked}) < 8
    assert labels.tolist() == [label for _, _, label in expected]
    torch.testing.assert_close(scores, torch.tensor([score for score, _, _ in expected]))
    torch.testing.assert_close(
        boxes, decode_boxes(codes[[query for _, query, _ in expected]]))


def test_fewer_pairs_than_asked_for() -> None:
    boxes, scores, labels = pick_boxes(
        torch.zeros(2, 2), torch.zeros(2, 10), 300, torch.tensor([-1.0, -1, -1, 1, 1, 1]))
    assert boxes.shape == (4, 9) and len(scores) == len(labels) == 4
