"""Moving averages of classes against loops."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.layers.class_means import ClassMeans, class_sums


def batch(seed: int, count: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    """Features of classes 0 to 2 of 4; a fifth of the rows has no label."""
    generator = torch.Generator().manual_seed(seed)
    label = torch.randint(3, (count,), generator=generator)
    label[torch.rand(count, generator=generator) < 0.2] = 255
    return torch.randn(count, 5, generator=generator), label


def test_sums_and_counts() -> None:
    feats, label = batch(0)
    sums, counts = class_sums(feats, label, 4)
    for number in range(4):
        members = feats[label == number]
        assert counts[number] == len(members)
        torch.testing.assert_close(sums[number], members.sum(0))


@pytest.mark.parametrize('debias', [False, True])
def test_the_average_is_that_of_the_definition(debias: bool) -> None:
    means = ClassMeans(4, 5, momentum=0.9, warm_up=3, debias=debias)
    expected, times = np.zeros((4, 5)), np.zeros(4, int)
    for step in range(5):
        feats, label = batch(step)
        assert bool(means.warm) == (step >= 3)
        means.update(*class_sums(feats, label, 4))
        for number in range(4):
            if step < 3 and (label == number).any():
                mean = feats[label == number].double().mean(0).numpy()
                expected[number] = 0.9 * expected[number] + 0.1 * mean
                times[number] += 1
    found, known = means.means()
    assert known.tolist() == [True, True, True, False] and means.steps == 5
    if debias:
        expected[:3] /= 1 - 0.9 ** times[:3, None]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert (found[3] == 0).all(), 'not NaN'


def test_an_absent_class_keeps_its_average() -> None:
    means = ClassMeans(2, 3, momentum=0.5)
    means.update(torch.ones(2, 3), torch.tensor([1.0, 1.0]))
    before = means.average.clone()
    means.update(torch.zeros(2, 3), torch.zeros(2))
    assert torch.equal(means.average, before) and means.times_seen.tolist() == [1, 1]


def test_without_freezing_the_average_goes_on() -> None:
    means = ClassMeans(1, 2, momentum=0.5, warm_up=1, freeze=False)
    for _ in range(3):
        means.update(torch.ones(1, 2), torch.ones(1))
    assert means.average.tolist() == [[0.875, 0.875]]


def test_the_checkpoint_holds_all() -> None:
    means = ClassMeans(2, 3)
    assert set(means.state_dict()) == {'average', 'times_seen', 'steps'}
