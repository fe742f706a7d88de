"""A ring of cameras with random pictures and boxes, for tests of camera detectors."""
from __future__ import annotations

import math
from typing import Any

import torch
from mmengine.structures import InstanceData
from torch import Tensor

from mmcrossdistill.structures import DistillDataSample

from .tiny import TINY_IMAGE, collate

BOX_RANGE = (-20.0, -20.0, -3.0, 20.0, 20.0, 3.0)


def ring_img2lidar(num_views: int, image_size: tuple[int, int] = TINY_IMAGE) -> Tensor:
    """Cameras at the origin that look around, a quarter turn wide each.

    Args:
        num_views: V.
        image_size: (H, W) in pixels.

    Returns:
        (V, 4, 4) float32: maps (u * z, v * z, z, 1) to the LiDAR frame.
    """
    height, width = image_size
    cam2img = torch.tensor([
        [width / 2, 0, width / 2], [0, width / 2, height / 2], [0, 0, 1]], dtype=torch.float64)
    matrices = []
    for view in range(num_views):
        cos, sin = (f(2 * math.pi * view / num_views) for f in (math.cos, math.sin))
        # Rows: right, down and forward of the camera; it sits a metre ahead of the LiDAR.
        lidar2cam = torch.eye(4, dtype=torch.float64)
        lidar2cam[:3, :3] = torch.tensor([[sin, -cos, 0], [0, 0, -1], [cos, sin, 0]])
        lidar2cam[2, 3] = -1.0
        lidar2img = lidar2cam.clone()
        lidar2img[:3] = cam2img @ lidar2cam[:3]
        matrices.append(torch.linalg.inv(lidar2img))
    return torch.stack(matrices).float()


def random_boxes(count: int, generator: torch.Generator) -> InstanceData:
    """Boxes of the classes 0 to 9 inside ``BOX_RANGE``; the velocity of the first is unknown.

    Args:
        count: N.
        generator: of the random numbers.
    """
    lower, upper = torch.tensor(BOX_RANGE).view(2, 3)
    centers = lower + (upper - lower) * (0.1 + 0.8 * torch.rand(count, 3, generator=generator))
    sizes = 0.5 + 3 * torch.rand(count, 3, generator=generator)
    yaw = (2 * torch.rand(count, 1, generator=generator) - 1) * math.pi
    velocity = torch.randn(count, 2, generator=generator)
    velocity[:1] = float('nan')
    return InstanceData(
        bboxes_3d=torch.cat([centers, sizes, yaw, velocity], dim=1),
        labels_3d=torch.randint(10, (count,), generator=generator))


def random_multi_view_sample(num_views: int = 3, num_boxes: int = 4, seed: int = 0,
                             ) -> dict[str, Any]:
    """One sample as PackMultiViewInputs packs it.

    Args:
        num_views: V.
        num_boxes: N.
        seed: of the random numbers.
    """
    generator = torch.Generator().manual_seed(seed)
    imgs = torch.randint(
        256, (num_views, 3, *TINY_IMAGE), generator=generator, dtype=torch.uint8)
    sample = DistillDataSample(metainfo=dict(
        token=f'sample-{seed}', sample_idx=seed, img_shape=TINY_IMAGE))
    sample.gt_instances_3d = random_boxes(num_boxes, generator)
    return dict(inputs=dict(imgs=imgs, img2lidar=ring_img2lidar(num_views)), data_samples=sample)


def random_multi_view_batch(counts: tuple[int, ...] = (4, 2), num_views: int = 3) -> dict[str, Any]:
    """Samples of :func:`random_multi_view_sample` with the seeds 0, 1, ..., collated.

    Args:
        counts: boxes of each sample.
        num_views: V.
    """
    return collate([
        random_multi_view_sample(num_views, count, seed) for seed, count in enumerate(counts)])


def tiny_petr_cfg(**overrides: Any) -> dict[str, Any]:
    """Config of a PETR that runs in milliseconds.

    Args:
        overrides: top-level keys to replace.
    """
    cfg = dict(
        type='PETR',
        backbone_2d=dict(type='ViT', arch='test_tiny', feature='norm'),
        head=dict(
            type='PETRHead', in_channels=32, num_queries=12, embed_dims=32, num_layers=2,
            num_heads=4, feedforward_channels=32, dropout=0.0, num_depths=4, box_range=BOX_RANGE,
            position_range=(-30.0, -30.0, -5.0, 30.0, 30.0, 5.0), max_boxes=20))
    cfg.update(overrides)
    return cfg
