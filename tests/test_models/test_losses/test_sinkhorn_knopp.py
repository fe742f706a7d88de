"""Assignments against the plain algorithm on probabilities, in float64."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from mmcrossdistill.models.losses import sinkhorn_knopp


def plain(logits: Tensor, temperature: float, num_iters: int = 3) -> Tensor:
    """SwAV's algorithm as its paper states it: scale rows and columns of a matrix in turn."""
    matrix = (logits.double() / temperature).exp().T
    prototypes, rows = matrix.shape
    matrix = matrix / matrix.sum()
    for _ in range(num_iters):
        for prototype in range(prototypes):
            matrix[prototype] = matrix[prototype] / matrix[prototype].sum() / prototypes
        for row in range(rows):
            matrix[:, row] = matrix[:, row] / matrix[:, row].sum() / rows
    return (matrix * rows).T


@pytest.mark.parametrize('rows,prototypes', [(12, 5), (4, 30), (1, 7)])
def test_equals_the_plain_algorithm(rows: int, prototypes: int) -> None:
    logits = torch.rand(rows, prototypes) * 2 - 1
    ours = sinkhorn_knopp(logits, 0.07)
    torch.testing.assert_close(ours.double(), plain(logits, 0.07), rtol=1e-4, atol=1e-7)
    torch.testing.assert_close(ours.sum(dim=1), torch.ones(rows))


def test_many_iterations_use_prototypes_equally() -> None:
    ours = sinkhorn_knopp(torch.randn(40, 8) + torch.arange(8.0), 1.0, num_iters=200)
    torch.testing.assert_close(ours.mean(dim=0), torch.full((8,), 1 / 8), rtol=1e-4, atol=0)


def test_is_finite_where_exponentials_overflow_and_half_precision_is_widened() -> None:
    logits = torch.tensor([[400.0, -400.0, -400.0], [380.0, -400.0, -390.0]])
    with torch.autocast('cpu', dtype=torch.bfloat16):
        ours = sinkhorn_knopp(logits, 0.04)
    assert ours.dtype == torch.float32 and ours.isfinite().all()
    torch.testing.assert_close(ours.sum(dim=1), torch.ones(2))


def test_no_row_gives_no_assignment_and_nan_stays_visible() -> None:
    assert sinkhorn_knopp(torch.zeros(0, 4), 0.07).shape == (0, 4)
    assert sinkhorn_knopp(torch.tensor([[1.0, torch.nan], [0.0, 1.0]]), 0.07).isnan().any()


def test_no_gradient() -> None:
    assert not sinkhorn_knopp(torch.randn(3, 4, requires_grad=True), 0.07).requires_grad


def test_temperature_is_checked() -> None:
    with pytest.raises(ValueError, match='temperature must be positive'):
        sinkhorn_knopp(torch.zeros(2, 2), 0.0)
