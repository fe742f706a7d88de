"""The orthogonality loss: its definition, and what it does not depend on."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.models.losses import OrthogonalityLoss
from mmcrossdistill.testing.dist import run_distributed


def test_equals_the_definition() -> None:
    shared, specific = torch.randn(30, 4), torch.randn(30, 6)
    total = sum(torch.outer(f / f.norm(), g / g.norm())
                for f, g in zip(shared, specific, strict=True))
    found = OrthogonalityLoss(0.5)(shared, specific)
    assert found.item() == pytest.approx(0.5 * (total / 30).pow(2).sum().item(), rel=1e-5)
    published = OrthogonalityLoss(0.1, 'published')(shared, specific)
    assert published.item() == pytest.approx(0.1 * total.norm().item() / 24, rel=1e-5)


def test_the_value_does_not_depend_on_the_number_of_rows_or_their_length() -> None:
    shared, specific = torch.randn(20, 8), torch.randn(20, 8)
    loss = OrthogonalityLoss()
    one = loss(shared, specific)
    torch.testing.assert_close(loss(shared.repeat(50, 1), specific.repeat(50, 1)), one)
    torch.testing.assert_close(loss(7 * shared, 0.1 * specific), one)
    published = OrthogonalityLoss(form='published')
    torch.testing.assert_close(
        published(shared.repeat(50, 1), specific.repeat(50, 1)), 50 * published(shared, specific))


def test_the_value_lies_between_independent_and_equal_features() -> None:
    shared = torch.randn(1, 8).expand(40, 8)
    assert OrthogonalityLoss()(shared, shared).item() == pytest.approx(1.0)
    halves = torch.eye(8)
    signs = torch.tensor([1.0, -1.0]).repeat_interleave(8)[:, None]
    assert OrthogonalityLoss()(halves.repeat(2, 1), signs * halves.repeat(2, 1)).item() == 0


@pytest.mark.parametrize('form', ['mean', 'published'])
def test_no_rows_and_zeros_have_finite_gradients(form: str) -> None:
    for count in (0, 3):
        rows = [torch.zeros(count, 4, requires_grad=True) for _ in range(2)]
        loss = OrthogonalityLoss(form=form)(*rows)
        loss.backward()
        assert loss.item() == pytest.approx(0, abs=1e-15)
        assert all(row.grad.isfinite().all() for row in rows)


def test_mistakes_are_told_and_autocast_changes_nothing() -> None:
    with pytest.raises(ValueError, match='form'):
        OrthogonalityLoss(form='sum')
    with pytest.raises(ValueError, match='3 shared rows, 2'):
        OrthogonalityLoss()(torch.zeros(3, 4), torch.zeros(2, 4))
    rows = torch.randn(2, 50, 16)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        inside = OrthogonalityLoss()(*rows)
    torch.testing.assert_close(inside, OrthogonalityLoss()(*rows))


class Toy(nn.Module):
    """Two heads on one input."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.ModuleList([nn.Linear(5, 4), nn.Linear(5, 4)])

    def forward(self, rows: Tensor) -> Tensor:
        """The loss."""
        return OrthogonalityLoss()(*(head(rows) for head in self.heads))


def step(rows: slice, parallel: bool) -> dict:
    """Loss and gradients of some rows of one batch."""
    torch.manual_seed(0)
    batch, model = torch.randn(13, 5)[rows], Toy()
    forward = DistributedDataParallel(model) if parallel else model
    loss = forward(batch)
    loss.backward()
    return dict(loss=loss, grads=[parameter.grad for parameter in model.parameters()])


def one_rank(rank: int, world_size: int, first: int) -> dict:
    """The part of one rank of two."""
    return step(slice(0, first) if rank == 0 else slice(first, None), True)


@pytest.mark.parametrize('first', [9, 13])
def test_two_processes_equal_one(first: int) -> None:
    one = step(slice(None), False)
    for rank in run_distributed(one_rank, args=(first,)):
        torch.testing.assert_close(rank['loss'], one['loss'].detach())
        for ours, theirs in zip(rank['grads'], one['grads'], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)
