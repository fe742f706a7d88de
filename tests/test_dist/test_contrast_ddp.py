"""A contrast with the image rows of all processes: one process equals two."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.models.heads import ContrastHead
from mmcrossdistill.models.layers.gather_rows import gather_uneven_rows
from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.testing.dist import run_distributed

# Rows of each rank.
UNEVEN, ONE_RANK_EMPTY, NONE = (9, 4), (7, 0), (0, 0)
TOLERANCE = dict(type='SemanticTolerance', min_quantile=0.1, with_balance=True)


class Toy(nn.Module):
    """Two linear sides under the head."""

    def __init__(self, tolerance: dict | None) -> None:
        super().__init__()
        self.points, self.images = nn.Linear(5, 3), nn.Linear(6, 3)
        self.head = ContrastHead(
            dict(type='InfoNCELoss', num_pairs=None, detach_target=False, mean_over='global'),
            tolerance, gather=True)

    def forward(self, points: Tensor, images: Tensor, weight: Tensor) -> Tensor:
        """The loss."""
        return self.head.loss(FeaturePairs(
            self.images(images), self.points(points), weight, context=images))['loss_contrast']


def step(rows: slice, tolerance: dict | None, parallel: bool) -> dict:
    """Loss and gradients of some rows of one batch."""
    torch.manual_seed(0)
    batch = torch.randn(13, 5)[rows], torch.randn(13, 6)[rows], (torch.rand(13) > 0.2).float()[rows]
    model = Toy(tolerance)
    forward = DistributedDataParallel(model) if parallel else model  # alive until the gradients are
    loss = forward(*batch)
    loss.backward()
    return dict(loss=loss, grads=[parameter.grad for parameter in model.parameters()])


def one_rank(rank: int, world_size: int, counts: tuple[int, int], tolerance: dict | None) -> dict:
    """The part of one rank of two."""
    return step(slice(rank * counts[0], rank * counts[0] + counts[rank]), tolerance, True)


@pytest.mark.parametrize('counts,tolerance', [
    (UNEVEN, TOLERANCE), (ONE_RANK_EMPTY, None), (NONE, None)])
def test_two_processes_equal_one(counts: tuple[int, int], tolerance: dict | None) -> None:
    one = step(slice(sum(counts)), tolerance, False)
    two = run_distributed(one_rank, args=(counts, tolerance))
    torch.testing.assert_close(
        sum(rank['loss'] for rank in two) / 2, one['loss'].detach(), rtol=1e-5, atol=1e-6)
    for rank in two:
        for ours, theirs in zip(rank['grads'], one['grads'], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def gather(rank: int, world_size: int) -> tuple[Tensor, int]:
    """Rows of a rank: none, then one, then two of them."""
    return gather_uneven_rows(torch.full((rank, 2), float(rank)))


def test_ranks_may_have_different_numbers_of_rows() -> None:
    found = run_distributed(gather, world_size=3)
    assert [start for _, start in found] == [0, 0, 1]
    assert all(rows.tolist() == [[1, 1], [2, 2], [2, 2]] for rows, _ in found)
