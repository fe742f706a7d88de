"""CMCR on one process equals two gloo processes: losses, gradients, moving averages."""
from __future__ import annotations

import pytest
import torch
from mmengine.model import MMDistributedDataParallel

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.tiny import collate, random_sample

# Pairs and places per sample: ranks of very different weight, and a rank without any.
UNEVEN, ONE_RANK_EMPTY = ((60, 30, 20, 8), (15, 9, 3, 6)), ((60, 30, 0, 0), (15, 9, 0, 0))
MODEL = dict(
    type='CMCR',
    num_pairs=None,
    data_preprocessor=dict(type='DistillDataPreprocessor', voxelizer=dict(voxel_size=0.5)),
    backbone_2d=dict(type='ViT', arch='test_tiny', feature='prenorm'),
    projector_2d=dict(type='MapProjector', in_channels=32, out_channels=32),
    backbone_3d=dict(type='SparseUNet', preset='test_tiny'),
    projector_3d=dict(type='LinearProjector', in_channels=8, out_channels=32),
    pooler=dict(type='CorrespondencePooler'),
    head=dict(type='ContrastHead', gather=True, loss=dict(
        type='InfoNCELoss', num_pairs=None, detach_target=False, mean_over='global')),
    codebook=dict(type='Codebook', num_codes=9, channels=32, decay=0.5, revive_after=1),
    commitment=dict(type='CommitmentLoss'),
    reconstruction=dict(type='ImageReconstructionHead', in_channels=32, cell_size=8),
    with_geometry=True,
    occupancy=dict(type='OccupancyHead', in_channels=32, hidden_channels=8),
    orthogonality=dict(type='OrthogonalityLoss'),
    consistency=dict(
        type='VMFConsistencyLoss', num_classes=16, channels=32, momentum=0.5, warm_up=1,
        mean_over='global'))


def samples(counts: tuple[tuple[int, ...], tuple[int, ...]]) -> list[dict]:
    """Four samples."""
    return [random_sample(seed=seed, num_pairs=pairs, with_masks=True, num_queries=places)
            for seed, (pairs, places) in enumerate(zip(*counts, strict=True))]


def step(batch: list[dict], parallel: bool) -> dict:
    """Losses, gradients and buffers after two passes of one batch."""
    torch.manual_seed(0)
    model = MODELS.build(MODEL).train()
    forward = MMDistributedDataParallel(model) if parallel else model
    data = model.data_preprocessor(collate(batch), True)
    with torch.no_grad():
        model(**data, mode='loss')  # the second pass meets codes that have moved
    losses = forward(**data, mode='loss')
    model.parse_losses(losses)[0].backward()
    return dict(
        losses={name: value for name, value in losses.items() if name.startswith('loss')},
        grads={name: p.grad for name, p in model.named_parameters() if p.requires_grad},
        averages={name: value for part in (model.codebook, model.consistency)
                  for name, value in part.state_dict().items()})


def one_rank(rank: int, world_size: int, counts: tuple) -> dict:
    """The step of one rank of two."""
    return step(samples(counts)[2 * rank:2 * rank + 2], True)


@pytest.mark.parametrize('counts', [UNEVEN, ONE_RANK_EMPTY])
def test_two_processes_equal_one(counts: tuple) -> None:
    one = step(samples(counts), False)
    two = run_distributed(one_rank, args=(counts,))
    assert len(one['losses']) == 7
    for name, value in one['losses'].items():
        mean = sum(rank['losses'][name] for rank in two) / 2
        torch.testing.assert_close(mean, value.detach(), rtol=1e-4, atol=1e-6, msg=name)
    for rank in two:
        for name, value in one['averages'].items():
            torch.testing.assert_close(
                rank['averages'][name], value, rtol=1e-4, atol=1e-5, msg=name)
        for name, grad in one['grads'].items():
            torch.testing.assert_close(rank['grads'][name], grad, rtol=1e-3, atol=1e-5, msg=name)
