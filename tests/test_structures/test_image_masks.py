"""Hidden patches and the pairs in them."""
from __future__ import annotations

import torch

from mmcrossdistill.structures import Correspondence, ImageMasks
from mmcrossdistill.structures.image_masks import cell_of_pixels


def sample(seed: int = 0) -> tuple[torch.Tensor, Correspondence]:
    """Masks of two views of 32x64 pixels, and 300 pairs on them."""
    generator = torch.Generator().manual_seed(seed)
    corr = Correspondence(
        torch.randint(50, (300,), generator=generator),
        torch.randint(2, (300,), generator=generator),
        torch.rand(300, 2, generator=generator) * torch.tensor([64.0, 32.0]),
        label=torch.arange(300))
    return torch.rand(2, 4, 8, generator=generator) < 0.5, corr


def test_every_pair_is_either_hidden_or_visible() -> None:
    patches, corr = sample()
    masks, visible = ImageMasks.split(patches, corr, (32, 64))
    hidden = [bool(patches[view, int(v) // 8, int(u) // 8])
              for view, (u, v) in zip(corr.view_idx, corr.pixel_uv, strict=True)]
    assert len(masks.hidden) == sum(hidden) and len(visible) == 300 - sum(hidden)
    assert masks.hidden.label.tolist() == [i for i, is_hidden in enumerate(hidden) if is_hidden]
    assert visible.label.tolist() == [i for i, is_hidden in enumerate(hidden) if not is_hidden]


def test_hidden_pixels_become_zero() -> None:
    patches, corr = sample()
    masks, _ = ImageMasks.split(patches, corr, (32, 64))
    imgs = torch.randn(2, 3, 32, 64)
    large = patches.repeat_interleave(8, 1).repeat_interleave(8, 2)[:, None]
    assert torch.equal(masks.hide(imgs), imgs * ~large)


def test_batches_count_points_and_views() -> None:
    items = [ImageMasks.split(*sample(seed), (32, 64))[0] for seed in range(2)]
    both = ImageMasks.cat(items, [50, 60], [2, 2]).to('cpu')
    assert torch.equal(both.patches, torch.cat([item.patches for item in items]))
    second = both.hidden.select(torch.arange(len(items[0].hidden), len(both.hidden)))
    assert torch.equal(second.point_idx, items[1].hidden.point_idx + 50)
    assert torch.equal(second.view_idx, items[1].hidden.view_idx + 2)


def test_cells_of_pixels_at_their_edges() -> None:
    uv = torch.tensor([[0.0, 0.0], [13.999, 27.999], [14.0, 28.0], [447.999, 223.999]])
    row, column = cell_of_pixels(uv, (224, 448), (16, 32))
    assert row.tolist() == [0, 1, 2, 15] and column.tolist() == [0, 0, 1, 31]
