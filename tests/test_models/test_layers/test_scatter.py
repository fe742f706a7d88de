"""Group reductions against loops."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.layers.scatter import group_sizes, inverse_counts, scatter_sum

INDEX = torch.tensor([3, 0, 3, 1, 3])


def test_sum_and_mean_equal_loops() -> None:
    rows = torch.randn(5, 4)
    for group in range(5):
        members = rows[INDEX == group]
        expected = members.sum(0)
        torch.testing.assert_close(scatter_sum(rows, INDEX, 5)[group], expected)
        mean = expected / max(len(members), 1)
        means = scatter_sum(rows * inverse_counts(INDEX, 5), INDEX, 5)
        torch.testing.assert_close(means[group], mean)


def test_empty_groups_have_size_zero() -> None:
    sizes = group_sizes(INDEX, 6)
    assert sizes.dtype == torch.float32 and sizes.tolist() == [1, 1, 0, 3, 0, 0]


def test_eps_is_added_to_the_count() -> None:
    weights = inverse_counts(INDEX, 5, eps=0.5)
    torch.testing.assert_close(weights[:, 0], 1 / torch.tensor([3.5, 1.5, 3.5, 1.5, 3.5]))


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_half_precision_sums_in_float32(dtype: torch.dtype) -> None:
    rows = torch.full((5000, 1), 1.0, dtype=dtype)
    total = scatter_sum(rows, torch.zeros(5000, dtype=torch.int64), 1)
    assert total.dtype == torch.float32 and total.item() == 5000


def test_no_rows_give_zeros() -> None:
    empty = torch.empty(0, dtype=torch.int64)
    rows = torch.empty(0, 2) * inverse_counts(empty, 3)
    assert scatter_sum(rows, empty, 3).equal(torch.zeros(3, 2))


def test_gradients() -> None:
    rows = torch.randn(5, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda r: scatter_sum(r, INDEX, 4), rows)
