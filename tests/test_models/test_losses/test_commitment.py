"""The commitment loss against loops over the pairs."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.losses import CommitmentLoss


def rows(count: int = 7) -> list[torch.Tensor]:
    """Features of images and points, and their codes."""
    return [torch.randn(count, 5, requires_grad=True) for _ in range(4)]


def reference(codeword: str, image, points, own_2d, own_3d) -> torch.Tensor:
    """The definition, pair by pair."""
    def gap(feature, code):
        return ((feature - code.detach()) ** 2).sum()

    total = 0.0
    for f2, f3, c2, c3 in zip(image, points, own_2d, own_3d, strict=True):
        total = total + {
            'lidar': gap(f2, c3) + gap(f3, c3),
            'own': gap(f2, c2) + gap(f3, c3),
            'cross': 0.5 * gap(f2, c2) + 0.25 * gap(f2, c3)
            + 0.5 * gap(f3, c3) + 0.25 * gap(f3, c2)}[codeword]
    return total / len(image)


@pytest.mark.parametrize('codeword', ['lidar', 'own', 'cross'])
def test_equals_the_definition_with_gradients(codeword: str) -> None:
    args = rows()
    found = CommitmentLoss(0.5, codeword)(*args)
    grads = torch.autograd.grad(found, args, allow_unused=True)
    expected = 0.5 * reference(codeword, *args)
    wanted = torch.autograd.grad(expected, args[:2])
    torch.testing.assert_close(found, expected)
    for ours, theirs in zip(grads[:2], wanted, strict=True):
        torch.testing.assert_close(ours, theirs)
    assert grads[2:] == (None, None), 'codes follow their own rule'


def test_images_are_drawn_to_the_code_of_the_point() -> None:
    image, points, own_2d, own_3d = rows()
    loss = CommitmentLoss()(image, points, own_2d, own_3d)
    moved = CommitmentLoss()(image, points, own_2d + 1, own_3d)
    assert loss.item() == moved.item()
    assert CommitmentLoss()(own_3d, own_3d, own_2d, own_3d).item() == 0


def test_without_pairs_it_is_a_zero_with_gradient() -> None:
    args = rows(0)
    loss = CommitmentLoss()(*args)
    loss.backward()
    assert loss.item() == 0 and args[0].grad is not None and args[1].grad is not None


def test_autocast_changes_nothing_and_mistakes_are_told() -> None:
    args = rows()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        inside = CommitmentLoss()(*args)
    assert inside.dtype == torch.float32
    torch.testing.assert_close(inside, CommitmentLoss()(*args))
    with pytest.raises(ValueError, match='codeword'):
        CommitmentLoss(codeword='image')
    with pytest.raises(ValueError, match='shapes'):
        CommitmentLoss()(*args[:3], args[3][:2])
