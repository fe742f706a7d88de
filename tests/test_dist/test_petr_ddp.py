"""The head of PETR: one process equals two, also where a rank has no box."""
from __future__ import annotations

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from mmcrossdistill.models.heads import PETRHead
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.multi_view import BOX_RANGE, random_boxes, ring_img2lidar

# Boxes of each sample of a batch.
CASES = ((4, 1), (3, 0), (0, 0), (0, 2, 3, 1))


class Detector(nn.Module):
    """The head on given maps, with its loss as output."""

    def __init__(self) -> None:
        super().__init__()
        self.head = PETRHead(
            6, num_queries=7, embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=16,
            dropout=0.0, num_depths=4, box_range=BOX_RANGE)

    def forward(self, feats: torch.Tensor, found: list) -> torch.Tensor:
        """The loss."""
        img2lidar = ring_img2lidar(2).expand(len(found), -1, -1, -1)
        outputs = self.head(feats.flatten(0, 1), img2lidar, (32, 64))
        losses = self.head.loss(
            outputs, [item.bboxes_3d for item in found], [item.labels_3d for item in found])
        return sum(losses.values())


def step(counts: tuple[int, ...], rows: slice, parallel: bool) -> dict:
    """Loss and gradients of some samples of one batch."""
    torch.manual_seed(0)
    model, feats = Detector(), torch.randn(len(counts), 2, 6, 4, 8)[rows]
    generator = torch.Generator().manual_seed(1)
    found = [random_boxes(count, generator) for count in counts][rows]
    forward = DistributedDataParallel(model) if parallel else model  # alive until the gradients are
    loss = forward(feats, found)
    loss.backward()
    return dict(loss=loss, grads=[parameter.grad for parameter in model.parameters()])


def one_rank(rank: int, world_size: int) -> list[dict]:
    """The part of one rank, of each case."""
    return [step(counts, slice(rank * len(counts) // 2, (rank + 1) * len(counts) // 2), True)
            for counts in CASES]


def test_two_processes_equal_one() -> None:
    both = run_distributed(one_rank)
    for counts, *two in zip(CASES, *both, strict=True):
        one = step(counts, slice(None), False)
        torch.testing.assert_close(
            sum(rank['loss'] for rank in two) / 2, one['loss'].detach(), rtol=1e-4, atol=1e-5)
        for rank in two:
            for ours, theirs in zip(rank['grads'], one['grads'], strict=True):
                torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)
