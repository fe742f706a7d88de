"""Painting at two resolutions, and codes of points in hidden patches."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.heads import ImageReconstructionHead
from mmcrossdistill.models.heads.image_reconstruction_head import fill_hidden
from mmcrossdistill.structures import Correspondence


def test_the_published_decoder_paints_every_pixel() -> None:
    head = ImageReconstructionHead(in_channels=64)
    assert [tuple(p.shape) for p in head.parameters() if p.ndim == 4] == [
        (32, 64, 3, 3), (16, 32, 3, 3), (3, 16, 3, 3)]
    maps = torch.randn(2, 64, 4, 8)
    large = head.resize(maps, (32, 64))
    torch.testing.assert_close(large, F.interpolate(
        maps, scale_factor=8, mode='bilinear', align_corners=True))
    target = torch.rand(2, 3, 32, 64)
    painted = head(large)
    assert painted.shape == target.shape and 0 < painted.min() and painted.max() < 1
    assert head.loss(large, target)['loss_image'].item() == pytest.approx(
        F.mse_loss(painted, target).item())


def test_cells_paint_as_many_pixels_in_their_order() -> None:
    head = ImageReconstructionHead(in_channels=5, hidden_channels=(), cell_size=2)
    maps = torch.randn(1, 5, 3, 4)
    assert head.resize(maps, (6, 8)) is maps
    colours = torch.sigmoid(head.layers[0](maps))
    painted = head(maps)
    for row in range(6):
        for column in range(8):
            channel = (row % 2) * 2 + column % 2
            assert torch.equal(
                painted[0, :, row, column], colours[0, channel::4, row // 2, column // 2])
    with pytest.raises(ValueError, match='cell_size=2'):
        head.resize(maps, (5, 8))
    with pytest.raises(ValueError, match='positive'):
        ImageReconstructionHead(cell_size=0)


def test_codes_of_points_replace_those_of_hidden_cells() -> None:
    codes = torch.randn(2 * 2 * 4, 3, requires_grad=True)
    points = torch.randn(5, 3, requires_grad=True)
    # View 1, cell (0, 3): points 4 and 1; view 0, cell (1, 0): point 2.
    hidden = Correspondence(
        torch.tensor([4, 1, 2]), torch.tensor([1, 1, 0]),
        torch.tensor([[15.9, 0.0], [12.0, 3.9], [0.0, 4.0]]))
    filled = fill_hidden(codes, points, hidden, (8, 16), (2, 4))
    expected = codes.detach().clone().view(2, 2, 4, 3)
    expected[1, 0, 3] = (points[4] + points[1]) / 2
    expected[0, 1, 0] = points[2]
    torch.testing.assert_close(filled.detach().view(2, 2, 4, 3), expected)
    filled.sum().backward()
    assert points.grad[:, 0].tolist() == [0, 0.5, 1, 0, 0.5]
    assert codes.grad.sum() == codes.numel() - 6


def test_without_hidden_pairs_nothing_changes() -> None:
    codes = torch.randn(8, 3)
    assert torch.equal(
        fill_hidden(codes, torch.randn(0, 3), Correspondence.empty(), (8, 16), (2, 4)), codes)
