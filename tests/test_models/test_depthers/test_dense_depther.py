"""Depth maps from bins."""
from __future__ import annotations

import torch
import torch.nn.functional as F

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import DistillDataSample


def make_depther(**overrides):
    """A tiny depther on 8x8 patches of 32 channels."""
    return MODELS.build(dict(
        type='DenseDepther', max_depth=20.0, num_bins=16,
        backbone_2d=dict(type='ViT', arch='test_tiny', pad_to_patch=True)) | overrides)


def make_samples(count: int, size: tuple[int, int]) -> list[DistillDataSample]:
    """Samples with random measurements."""
    samples = []
    for _ in range(count):
        sample = DistillDataSample()
        sample.depth_map = torch.rand(size) * 15 + 1
        samples.append(sample)
    return samples


def published_order(depther, imgs: torch.Tensor) -> torch.Tensor:
    """Upsample the features first and predict then, as the published code does."""
    patches, cls = depther.backbone_2d.forward_tokens(imgs)
    feats = torch.cat([patches, cls[:, :, None, None].expand_as(patches)], 1)
    size = [4 * side for side in feats.shape[-2:]]
    feats = F.interpolate(feats, size, mode='bilinear', align_corners=False)
    linear = depther.head.linear
    logits = F.conv2d(feats, linear.weight[:, :, None, None], linear.bias)
    weights = torch.relu(logits) + 0.1
    weights = weights / weights.sum(1, keepdim=True)
    depth = (weights * torch.linspace(1e-3, 20, 16).view(1, -1, 1, 1)).sum(1, keepdim=True)
    return F.interpolate(depth, imgs.shape[-2:], mode='bilinear', align_corners=False)[:, 0]


def test_equals_the_published_order_with_and_without_flipping() -> None:
    depther = make_depther().eval()
    depther.head.linear.weight.data *= 20
    imgs = torch.randn(2, 3, 30, 61)
    straight = published_order(depther, imgs).clamp(1e-3, 20)
    samples = make_samples(2, (30, 61))
    depther.flip_test = False
    for sample, expected in zip(depther(imgs, samples, 'predict'), straight, strict=True):
        torch.testing.assert_close(sample.pred_depth_map, expected, rtol=1e-4, atol=1e-4)
    depther.flip_test = True
    mirrored = published_order(depther, imgs.flip(-1)).clamp(1e-3, 20).flip(-1)
    for sample, expected in zip(
            depther(imgs, samples, 'predict'), (straight + mirrored) / 2, strict=True):
        torch.testing.assert_close(sample.pred_depth_map, expected, rtol=1e-4, atol=1e-4)
    assert straight.std() > 0.1


def test_only_the_head_learns_when_frozen() -> None:
    depther = make_depther()
    losses = depther(torch.randn(2, 3, 32, 64), make_samples(2, (32, 64)), 'loss')
    assert losses.keys() == {'loss_depth', 'loss_grad'}
    sum(losses.values()).backward()
    assert depther.head.linear.weight.grad.abs().sum() > 0
    assert all(value.grad is None for value in depther.backbone_2d.parameters())
    tuned = make_depther(freeze_backbone=False)
    sum(tuned(torch.randn(1, 3, 32, 64), make_samples(1, (32, 64)), 'loss').values()).backward()
    assert tuned.backbone_2d.model.pos_embed.grad.abs().sum() > 0


def test_learns_a_depth_that_depends_on_the_image() -> None:
    depther = make_depther(losses=dict(loss_depth=dict(type='SigLoss', warm_up=0)))
    imgs = torch.cat([torch.full((1, 3, 32, 64), -2.0), torch.full((1, 3, 32, 64), 2.0)])
    samples = make_samples(2, (32, 64))
    samples[0].depth_map[:], samples[1].depth_map[:] = 3.0, 15.0
    optimizer = torch.optim.Adam(depther.head.parameters(), 0.03)
    for _ in range(60):
        optimizer.zero_grad()
        depther(imgs, samples, 'loss')['loss_depth'].backward()
        optimizer.step()
    near, far = (sample.pred_depth_map.mean() for sample in depther(imgs, samples, 'predict'))
    assert abs(near - 3) < 1 and abs(far - 15) < 2
