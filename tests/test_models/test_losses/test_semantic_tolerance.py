"""Weights of ST-SLidR against a plain statement with NumPy."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.losses import SemanticTolerance
from mmcrossdistill.models.losses.semantic_tolerance import row_quantile


def similarities(context: np.ndarray) -> np.ndarray:
    """Cosines of rows."""
    unit = context / np.linalg.norm(context, axis=1, keepdims=True)
    return unit @ unit.T


def test_quantiles_leave_out_the_most_similar_negatives() -> None:
    context = torch.randn(50, 8)
    weights, mask, rows = SemanticTolerance(min_quantile=0.1, max_quantile=0.9)(
        context, torch.ones(50))
    soft = 1 - similarities(context.double().numpy()).clip(0, 1)
    expected = np.ones((50, 50))
    for row in range(50):
        low, high = np.quantile(soft[row], [0.1, 0.9])
        expected[row] = (soft[row] >= low) & (soft[row] <= high) & (soft[row] > 1e-12)
        expected[row, row] = 1
    np.testing.assert_array_equal(weights.numpy(), expected)
    assert mask.all() and (rows == 1).all()


def test_soft_weights_are_one_minus_the_similarity() -> None:
    context = torch.randn(9, 4)
    weights = SemanticTolerance(min_quantile=None, max_quantile=None)(
        context, torch.ones(9)).logit_weight
    expected = 1 - similarities(context.numpy()).clip(0, 1)
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(weights.numpy(), expected, atol=1e-6)


def test_rows_that_are_not_seen_take_no_part() -> None:
    context, valid = torch.randn(40, 6), torch.ones(40)
    context[3] = 0
    valid[7] = 0
    seen = [row for row in range(40) if row not in (3, 7)]
    tolerance = SemanticTolerance(min_quantile=0.05, with_balance=True)
    whole, part = tolerance(context, valid), tolerance(context[seen], torch.ones(38))
    assert not whole.mask[:, [3, 7]].any() and whole.mask[:, seen].all()
    assert whole.row_weight[[3, 7]].tolist() == [0, 0]
    torch.testing.assert_close(whole.row_weight[seen], part.row_weight)
    assert torch.equal(whole.logit_weight[seen][:, seen], part.logit_weight)


def test_a_mask_takes_the_same_negatives_out() -> None:
    context = torch.randn(30, 5)
    weights = SemanticTolerance(min_quantile=0.2)(context, torch.ones(30)).logit_weight
    masked = SemanticTolerance(min_quantile=0.2, apply='mask')(context, torch.ones(30))
    assert masked.logit_weight is None and torch.equal(masked.mask, weights > 0)


def test_common_anchors_weigh_less() -> None:
    context = torch.cat([torch.ones(6, 4) + 0.1 * torch.rand(6, 4), torch.randn(5, 4)])
    rows = SemanticTolerance(with_weights=False, with_balance=True)(context, torch.ones(11))
    similar = similarities(context.double().numpy())
    votes = np.where(similar < 0.5, 0, similar).sum(1)
    votes -= votes.min()
    np.testing.assert_allclose(rows.row_weight.numpy(), 1 - votes / votes.max(), atol=1e-5)
    assert rows.logit_weight is None
    unseen = SemanticTolerance(with_balance=True)(context, torch.zeros(11))
    assert not unseen.row_weight.any() and torch.isfinite(unseen.logit_weight).all()


def test_one_row_and_none() -> None:
    for count in (1, 0):
        found = SemanticTolerance(with_balance=True)(torch.randn(count, 3), torch.ones(count))
        assert found.logit_weight.shape == (count, count)
        assert found.row_weight.tolist() == [1] * count


@pytest.mark.parametrize('quantile', [0.0, 0.013, 0.5, 0.97, 1.0])
def test_row_quantile_is_torchs(quantile: float) -> None:
    values = torch.randn(12, 23)
    counted = torch.rand(23) > 0.3
    torch.testing.assert_close(
        row_quantile(values, counted, quantile),
        torch.quantile(values[:, counted], quantile, dim=1, keepdim=True))


@pytest.mark.parametrize('options,message', [
    (dict(apply='both'), 'apply'), (dict(min_quantile=None), 'both'),
    (dict(min_quantile=None, max_quantile=None, apply='mask'), 'needs'),
    (dict(min_quantile=0.5, max_quantile=0.2), 'rise')])
def test_bad_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SemanticTolerance(**options)
