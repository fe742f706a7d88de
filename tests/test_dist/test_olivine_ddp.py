"""OLIVINE's losses on classes: one process equals two, class averages included."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.models.losses import SupervisedContrastLoss, VMFConsistencyLoss
from mmcrossdistill.testing.dist import run_distributed

# Rows of each rank.
UNEVEN, ONE_RANK_EMPTY, NONE = (9, 4), (7, 0), (0, 0)
STEPS = 4


class Toy(nn.Module):
    """Two linear sides under both losses."""

    def __init__(self, reduction: str) -> None:
        super().__init__()
        self.points, self.images = nn.Linear(5, 32), nn.Linear(6, 32)
        self.contrast = SupervisedContrastLoss(3, gather=True, mean_over='global')
        self.consistency = VMFConsistencyLoss(
            3, 32, momentum=0.5, warm_up=2, reduction=reduction, mean_over='global')

    def forward(self, points: Tensor, images: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Both losses."""
        points = self.points(points)
        return (self.contrast(points, self.images(images), label),
                self.consistency(points, label).loss)


def train(rows: slice, reduction: str, parallel: bool) -> dict:
    """Losses of some rows of batches, then gradients and averages of the last."""
    torch.manual_seed(0)
    model = Toy(reduction)
    forward = DistributedDataParallel(model) if parallel else model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(STEPS):
        batch = torch.randn(13, 5), torch.randn(13, 6), torch.randint(3, (13,))
        batch[2][::5] = 255
        parts = forward(*(values[rows] for values in batch))
        optimizer.zero_grad()
        sum(parts).backward()
        optimizer.step()
        losses.append(torch.stack(parts))
    return dict(losses=torch.stack(losses), state=dict(model.state_dict()),
                grads=[parameter.grad for parameter in model.parameters()])


def one_rank(rank: int, world_size: int, counts: tuple[int, int], reduction: str) -> dict:
    """The part of one rank of two."""
    return train(slice(rank * counts[0], rank * counts[0] + counts[rank]), reduction, True)


@pytest.mark.parametrize('counts,reduction', [
    (UNEVEN, 'pairs'), (ONE_RANK_EMPTY, 'classes'), (NONE, 'pairs')])
def test_two_processes_equal_one(counts: tuple[int, int], reduction: str) -> None:
    one = train(slice(sum(counts)), reduction, False)
    two = run_distributed(one_rank, args=(counts, reduction))
    torch.testing.assert_close(
        sum(rank['losses'] for rank in two) / 2, one['losses'].detach(), rtol=1e-4, atol=1e-5)
    for rank in two:
        for ours, theirs in zip(rank['grads'], one['grads'], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
        for name, value in one['state'].items():
            torch.testing.assert_close(rank['state'][name], value, rtol=1e-4, atol=1e-5, msg=name)
    assert one['state']['consistency.classes.steps'] == STEPS
