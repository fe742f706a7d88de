"""The head over the ground: shapes, symmetries, and losses against loops."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.heads import InstanceHead, InstanceMaps
from mmcrossdistill.models.layers.instance_targets import InstanceTargets


def small(**kwargs: object) -> InstanceHead:
    """A head of three narrow levels."""
    return InstanceHead(**{**dict(in_channels=6, channels=(4, 6, 8), out_channels=5), **kwargs})


def random_targets() -> tuple[InstanceMaps, InstanceTargets]:
    """Predictions and targets of two clouds."""
    maps = InstanceMaps(torch.randn(2, 1, 6, 7), torch.randn(2, 2, 6, 7))
    has_object = torch.rand(2, 6, 7) < 0.2
    heatmap = torch.where(torch.rand(2, 1, 6, 7) < 0.3, torch.rand(2, 1, 6, 7), 0)
    return maps, InstanceTargets(
        heatmap, torch.randn(2, 2, 6, 7) * has_object[:, None], has_object,
        torch.rand(2, 6, 7) < 0.4)


@pytest.mark.parametrize('size', [(16, 24), (15, 22), (7, 9)])
def test_maps_have_the_size_of_the_view(size: tuple[int, int]) -> None:
    maps = small()(torch.randn(2, 6, *size))
    assert maps.heatmap.shape == (2, 1, *size) and maps.offset.shape == (2, 2, *size)


def test_the_published_size() -> None:
    head = InstanceHead()
    widths = [block.layers[1].out_channels for block in head.down]
    assert widths == [64, 128, 256, 512, 512]
    assert [block.layers[0].in_channels for block in head.up] == [1024, 768, 384]
    with torch.no_grad():
        assert head.eval()(torch.zeros(1, 64, 30, 20)).offset.shape == (1, 2, 30, 20)


def test_a_turn_of_the_view_turns_the_maps() -> None:
    """Away from where the enlargement ends, an angle has no beginning."""
    view = torch.randn(1, 6, 8, 64)
    round_, flat = small(circular=True).eval(), small(circular=False).eval()
    inner = slice(16, 48)
    for head in (round_, flat):
        torch.nn.init.constant_(head.norm.running_var, 0.5)
    with torch.no_grad():
        first = round_.down[0](view)
        torch.testing.assert_close(
            round_.down[0](view.roll(20, dims=3)), first.roll(20, dims=3))
        assert not torch.allclose(
            flat.down[0](view.roll(20, dims=3)), flat.down[0](view).roll(20, dims=3))
        maps = round_(view)
    assert maps.heatmap[..., inner].std() > 0


def test_losses_over_the_map() -> None:
    maps, targets = random_targets()
    losses = small(mean_over='map').loss(maps, targets)
    heat = [(a - b) ** 2 for a, b in zip(
        maps.heatmap.flatten().tolist(), targets.heatmap.flatten().tolist(), strict=True)]
    way = [abs(a - b) for a, b in zip(
        maps.offset.flatten().tolist(), targets.offset.flatten().tolist(), strict=True)]
    assert losses['loss_heatmap'].item() == pytest.approx(100 * sum(heat) / 84, rel=1e-5)
    assert losses['loss_offset'].item() == pytest.approx(10 * sum(way) / 168, rel=1e-5)


def test_losses_over_the_targets() -> None:
    maps, targets = random_targets()
    losses = small(mean_over='targets', heatmap_weight=3.0, offset_weight=2.0).loss(maps, targets)
    heat, way = [], []
    for cloud in range(2):
        for i in range(6):
            for j in range(7):
                at = (cloud, 0, i, j)
                if targets.is_labelled[cloud, i, j] or targets.heatmap[at] > 0.01:
                    heat.append((maps.heatmap[at] - targets.heatmap[at]).item() ** 2)
                if targets.has_object[cloud, i, j]:
                    way += (maps.offset - targets.offset)[cloud, :, i, j].abs().tolist()
    assert losses['loss_heatmap'].item() == pytest.approx(3 * sum(heat) / len(heat), rel=1e-5)
    assert losses['loss_offset'].item() == pytest.approx(2 * sum(way) / len(way), rel=1e-5)


def test_without_objects_and_labels_losses_are_zero_with_gradient() -> None:
    head = small(mean_over='targets')
    maps = head(torch.randn(1, 6, 8, 8))
    nothing = torch.zeros(1, 8, 8, dtype=torch.bool)
    losses = head.loss(maps, InstanceTargets(
        torch.zeros(1, 1, 8, 8), torch.zeros(1, 2, 8, 8), nothing, nothing))
    sum(losses.values()).backward()
    assert all(loss.item() == 0 for loss in losses.values())
    assert all((p.grad == 0).all() for p in head.parameters())


def test_losses_are_those_of_single_precision_under_autocast() -> None:
    maps, targets = random_targets()
    expected = small().loss(maps, targets)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        found = small().loss(InstanceMaps(*(part.bfloat16() for part in maps)), targets)
    for name, loss in found.items():
        assert loss.dtype == torch.float32
        torch.testing.assert_close(loss, expected[name], rtol=2e-2, atol=0)


def test_malformed_settings() -> None:
    with pytest.raises(ValueError, match="'map' or 'targets', got 'cells'"):
        small(mean_over='cells')
    with pytest.raises(ValueError, match='two levels'):
        small(channels=(4,))
