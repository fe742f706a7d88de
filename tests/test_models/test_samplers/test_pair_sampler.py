"""The sampler: its weights, and that it draws by them."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.samplers import PairSampler


def pairs(count: int = 500) -> tuple[torch.Tensor, torch.Tensor]:
    """Points, and labels of 4 classes of different frequency; some have none."""
    label = torch.multinomial(torch.tensor([8.0, 4.0, 1.0, 0.2]), count, replacement=True)
    label[::9] = 255
    return torch.randn(count, 3) * torch.tensor([20.0, 20.0, 2.0]), label


@pytest.mark.parametrize('with_density', [False, True])
@pytest.mark.parametrize('with_category', [False, True])
@pytest.mark.parametrize('distance', ['range', 'horizontal'])
def test_weights_are_those_of_the_definition(
        with_density: bool, with_category: bool, distance: str) -> None:
    coords, label = pairs()
    found = PairSampler(
        with_density=with_density, with_category=with_category, distance=distance,
    ).weights(coords, label).numpy()
    labelled = (label != 255).numpy()
    axes = 3 if distance == 'range' else 2
    far = np.round(coords[:, :axes].norm(dim=1).numpy()[labelled] / 0.1) * 0.1
    expected = np.ones(labelled.sum())
    if with_density:
        width = 1.06 * far.std(ddof=1) * len(far) ** -0.2
        expected /= np.exp(-0.5 * ((far[:, None] - far) / width) ** 2).sum(1) / (
            len(far) * width * np.sqrt(2 * np.pi))
    if with_category:
        known = label.numpy()[labelled]
        expected /= (known[:, None] == known).sum(1)
    np.testing.assert_allclose(found[labelled], expected, rtol=1e-5)
    assert (found[~labelled] == 0).all()


def test_drawn_are_labelled_pairs_once_each() -> None:
    drawn = PairSampler(num_pairs=200)(*(batch := pairs()))
    assert len(drawn) == len(drawn.unique()) == 200
    assert (batch[1][drawn] != 255).all()


def test_classes_are_drawn_alike() -> None:
    """One pair at a time, each class comes equally often."""
    label = torch.tensor([0] * 90 + [1] * 9 + [2] + [255] * 50)
    sampler = PairSampler(num_pairs=1, with_density=False)
    drawn = torch.cat([sampler(torch.zeros(150, 3), label) for _ in range(3000)])
    shares = torch.bincount(label[drawn], minlength=3) / 3000
    torch.testing.assert_close(shares, torch.full((3,), 1 / 3), rtol=0, atol=0.04)


def test_pairs_without_a_label_only_fill_up() -> None:
    label = torch.full((30,), 255)
    label[:4] = 1
    drawn = PairSampler(num_pairs=10)(torch.randn(30, 3), label)
    assert len(drawn) == 10 and set(range(4)) <= set(drawn.tolist())
    none = PairSampler(num_pairs=10)(torch.randn(30, 3), torch.full((30,), 255))
    assert len(none.unique()) == 10


@pytest.mark.parametrize('num_pairs', [None, 500, 501])
def test_all_are_taken_where_there_are_no_more(num_pairs: int | None) -> None:
    assert PairSampler(num_pairs=num_pairs)(*pairs()).tolist() == list(range(500))
    empty = PairSampler()(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long))
    assert empty.shape == (0,)


@pytest.mark.parametrize('options,message', [
    (dict(num_pairs=0), 'num_pairs'), (dict(distance='rho'), 'distance'), (dict(step=0.0), 'step'),
    (dict(max_distance=0.01), 'max_distance')])
def test_bad_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PairSampler(**options)
