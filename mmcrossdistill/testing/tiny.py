"""Tiny models and random batches, for tests and for trying a new method."""
from __future__ import annotations

from typing import Any

import torch

from mmcrossdistill.structures import (
    Correspondence,
    DistillDataSample,
    ImageMasks,
    OccupancyQueries,
    Regions,
)

TINY_IMAGE = (32, 64)


def tiny_distiller_cfg(direction: str = 'image_to_lidar', **overrides: Any) -> dict:
    """Config of a CollaborativeDistiller that runs in milliseconds.

    Args:
        direction: see ``BaseDistiller``.
        overrides: top-level keys to replace.
    """
    cfg = dict(
        type='CollaborativeDistiller',
        direction=direction,
        require_stage1=False,
        backbone_2d=dict(type='ViT', arch='test_tiny', feature='prenorm'),
        backbone_3d=dict(type='WaffleIron', arch='test_tiny'),
        projector_3d=dict(type='LinearProjector', in_channels=16, out_channels=32),
        pooler=dict(type='CorrespondencePooler'),
        head=dict(type='DistillHead', loss=dict(type='DistillLoss')))
    cfg.update(overrides)
    return cfg


def random_sample(num_points: int = 60, num_views: int = 1, num_pairs: int = 40,
                  seed: int = 0, with_regions: bool = False, with_masks: bool = False,
                  num_queries: int | None = None) -> dict[str, Any]:
    """One sample as the pipeline packs it, with random contents.

    Args:
        num_points: points of the cloud, at least 1.
        num_views: images.
        num_pairs: pairs.
        seed: of the random numbers.
        with_regions: whether the images have superpixels, squares of 8 pixels.
        with_masks: whether about half of the patches of 8 pixels are hidden, with their pairs.
        num_queries: places with three points each, or ``None``.

    Returns:
        {'inputs': {'points', 'imgs', 'neighbors', and 'regions', 'masks', 'queries' if any},
        'data_samples'}.
    """
    generator = torch.Generator().manual_seed(seed)
    height, width = TINY_IMAGE
    coords = torch.rand(num_points, 3, generator=generator) * torch.tensor([20., 20., 4.])
    points = torch.cat([coords - torch.tensor([10., 10., 2.]),
                        torch.rand(num_points, 1, generator=generator)], dim=1)
    distances = torch.cdist(points[:, :3], points[:, :3]).fill_diagonal_(torch.inf)
    neighbors = distances.topk(min(4, num_points - 1), largest=False).indices
    corr = Correspondence(
        torch.randint(num_points, (num_pairs,), generator=generator),
        torch.randint(num_views, (num_pairs,), generator=generator),
        torch.rand(num_pairs, 2, generator=generator) * torch.tensor([width, height]),
        label=torch.randint(16, (num_pairs,), generator=generator),
        depth=torch.rand(num_pairs, generator=generator) * 50 + 1)
    sample = DistillDataSample(metainfo=dict(
        token=f'sample-{seed}', sample_idx=seed, condition='day-clear', img_shape=TINY_IMAGE))
    sample.corr = corr
    imgs = torch.randint(
        256, (num_views, 3, height, width), generator=generator, dtype=torch.uint8)
    inputs = dict(points=points, imgs=imgs, neighbors=neighbors)
    if with_regions:
        squares = torch.arange(height * width // 64).view(height // 8, width // 8)
        superpixels = squares.repeat_interleave(8, 0).repeat_interleave(8, 1)
        inputs['regions'], sample.corr = Regions.build(
            superpixels.expand(num_views, -1, -1), sample.corr)
    if with_masks:
        patches = torch.rand(num_views, height // 8, width // 8, generator=generator) < 0.5
        inputs['masks'], sample.corr = ImageMasks.split(patches, sample.corr, TINY_IMAGE)
    if num_queries is not None:
        inputs['queries'] = OccupancyQueries(
            torch.arange(num_queries) % 3, torch.arange(num_queries) % num_points,
            torch.arange(num_queries).repeat_interleave(3),
            torch.randint(num_points, (3 * num_queries,), generator=generator),
            torch.rand(3 * num_queries, 3, generator=generator) - 0.5)
    return dict(inputs=inputs, data_samples=sample)


def random_cloud_views(num_points: int = 60, seed: int = 0) -> dict[str, Any]:
    """Two views of a random cloud as PackCloudViews packs them; the second lacks ten points.

    Args:
        num_points: of the first view, more than 10.
        seed: of the random numbers.
    """
    sample = random_sample(num_points, seed=seed, num_pairs=0)
    points = sample['inputs']['points']
    kept = torch.randperm(num_points, generator=torch.Generator().manual_seed(seed))[10:]
    matches = torch.stack([kept, torch.arange(len(kept))], dim=1)
    turned = points[kept] * torch.tensor([-1.0, 1.0, 1.0, 1.0])
    return dict(inputs=dict(cloud_views=[points, turned], matches=matches),
                data_samples=sample['data_samples'])


def random_batch(num_samples: int = 2, **kwargs: Any) -> dict[str, Any]:
    """Samples of :func:`random_sample` with the seeds 0, 1, ..., collated.

    Args:
        num_samples: batch size.
        kwargs: see :func:`random_sample`.
    """
    return collate([random_sample(seed=seed, **kwargs) for seed in range(num_samples)])


def collate(samples: list[dict[str, Any]]) -> dict[str, Any]:
    """Stack samples as MMEngine's ``pseudo_collate`` does.

    Args:
        samples: packed samples.
    """
    keys = samples[0]['inputs']
    return dict(
        inputs={key: [sample['inputs'][key] for sample in samples] for key in keys},
        data_samples=[sample['data_samples'] for sample in samples])


def tiny_self_distiller_cfg(**overrides: Any) -> dict:
    """Config of a SelfDistiller that runs in milliseconds.

    Args:
        overrides: top-level keys to replace.
    """
    head = dict(
        type='DINOHead', in_channels=32, num_prototypes=12, hidden_channels=24,
        bottleneck_channels=8)
    cfg = dict(
        type='SelfDistiller',
        backbone_2d=dict(type='ViT', arch='test_tiny', feature='norm'),
        dino_head=head,
        ibot_head=head,
        dino_loss=dict(type='DINOLoss'),
        ibot_loss=dict(type='IBOTPatchLoss'),
        koleo_loss=dict(type='KoLeoLoss'))
    cfg.update(overrides)
    return cfg


def random_multi_crop_sample(seed: int = 0, masked: bool = True) -> dict[str, Any]:
    """One image's crops and masks as the pipeline packs them, with random contents.

    Args:
        seed: of the random numbers.
        masked: whether its global crops have masks.

    Returns:
        {'inputs': {'global_crops', 'local_crops', 'masks'}, 'data_samples'}.
    """
    generator = torch.Generator().manual_seed(seed)
    crops = {
        name: torch.randint(256, (count, 3, *size), generator=generator, dtype=torch.uint8)
        for name, count, size in (
            ('global_crops', 2, TINY_IMAGE), ('local_crops', 3, (16, 24)))}
    masks = torch.rand(2, 4, 8, generator=generator) < 0.3
    return dict(
        inputs=dict(crops, masks=masks & masked),
        data_samples=DistillDataSample(metainfo=dict(token=f'sample-{seed}')))
