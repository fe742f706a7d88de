"""The loss of a set against one written for a single layer and sample at a time."""
from __future__ import annotations

import math
from itertools import permutations

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.layers.box_code import encode_boxes
from mmcrossdistill.models.losses import SetDetectionLoss
from mmcrossdistill.testing.multi_view import random_boxes

WEIGHTS = [1.0] * 8 + [0.2] * 2


def focal(p: float, present: bool) -> float:
    """Focal loss of one probability, alpha 0.25, gamma 2."""
    if present:
        return -0.25 * (1 - p) ** 2 * math.log(p)
    return -0.75 * p ** 2 * math.log(1 - p)


def reference(logits: Tensor, codes: Tensor, boxes: Tensor, labels: Tensor) -> tuple[float, float]:
    """Sums of the class and box loss of one layer and sample, by trying all assignments."""
    probs, targets = logits.sigmoid().tolist(), encode_boxes(boxes).tolist()
    codes = codes.tolist()

    def cost(query: int, target: int) -> float:
        p = probs[query][labels[target]]
        distance = sum(abs(a - b) for a, b in zip(
            codes[query][:8], targets[target][:8], strict=True))
        return 2 * (focal(p, True) - focal(p, False)) + 0.25 * distance

    best = min(permutations(range(len(logits)), len(boxes)),
               key=lambda choice: sum(cost(q, t) for t, q in enumerate(choice)))
    of_class = sum(
        focal(probs[query][label], query in best and labels[best.index(query)] == label)
        for query in range(len(logits)) for label in range(logits.shape[1]))
    of_box = sum(
        weight * abs(a - b) for target, query in enumerate(best) for weight, a, b in zip(
            WEIGHTS, codes[query], targets[target], strict=True) if not math.isnan(b))
    return 2 * of_class, 0.25 * of_box


def inputs(counts: tuple[int, ...] = (3, 1)) -> tuple[Tensor, Tensor, list, list]:
    """Predictions of two layers and five queries for samples with some boxes."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, len(counts), 5, 10, generator=generator, requires_grad=True)
    codes = torch.randn(2, len(counts), 5, 10, generator=generator, requires_grad=True)
    found = [random_boxes(count, generator) for count in counts]
    return (logits, codes, [item.bboxes_3d for item in found], [item.labels_3d for item in found])


@pytest.mark.parametrize('counts', [(3, 1), (2, 0), (4,)])
def test_equals_the_reference(counts: tuple[int, ...]) -> None:
    logits, codes, boxes, labels = inputs(counts)
    losses = SetDetectionLoss()(logits, codes, boxes, labels)
    assert list(losses) == ['d0.loss_cls', 'd0.loss_bbox', 'loss_cls', 'loss_bbox']
    for layer, prefix in enumerate(('d0.', '')):
        sums = [reference(logits[layer, row], codes[layer, row], boxes[row], labels[row])
                for row in range(len(counts))]
        for name, values in zip(
                ('loss_cls', 'loss_bbox'), zip(*sums, strict=True), strict=True):
            torch.testing.assert_close(
                losses[prefix + name], torch.tensor(sum(values) / sum(counts)),
                rtol=1e-4, atol=1e-5)


def test_unknown_velocity_leaves_the_rest_of_the_box() -> None:
    logits, codes, boxes, labels = inputs((1, 0))
    assert boxes[0][0, 7:].isnan().all()
    sum(SetDetectionLoss()(logits, codes, boxes, labels).values()).backward()
    touched = codes.grad[0].abs().sum(dim=(0, 1)) > 0
    assert touched.tolist() == [True] * 8 + [False] * 2
    assert logits.grad.isfinite().all()


def test_no_box_at_all_is_background_only() -> None:
    logits, codes, boxes, labels = inputs((0, 0))
    losses = SetDetectionLoss()(logits, codes, boxes, labels)
    expected = sum(focal(p, False) for p in logits[1].sigmoid().flatten().tolist()) * 2
    torch.testing.assert_close(losses['loss_cls'], torch.tensor(expected), rtol=1e-4, atol=1e-4)
    assert losses['loss_bbox'] == 0
    sum(losses.values()).backward()
    assert torch.equal(codes.grad, torch.zeros_like(codes)) and logits.grad.abs().sum() > 0


def test_loss_is_float32_under_autocast() -> None:
    logits, codes, boxes, labels = inputs()
    expected = SetDetectionLoss()(logits, codes, boxes, labels)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        got = SetDetectionLoss()(logits, codes, boxes, labels)
    assert all(torch.equal(got[key], expected[key]) for key in expected)


def test_right_predictions_cost_nothing() -> None:
    _, _, boxes, labels = inputs((3,))
    boxes[0] = boxes[0].nan_to_num()
    logits = torch.full((1, 1, 5, 10), -20.0)
    logits[0, 0, [4, 0, 2], labels[0]] = 20.0
    codes = torch.zeros(1, 1, 5, 10)
    codes[0, 0, [4, 0, 2]] = encode_boxes(boxes[0])
    losses = SetDetectionLoss()(logits, codes, boxes, labels)
    assert all(value < 1e-6 for value in losses.values())
