"""The assignment against all permutations."""
from __future__ import annotations

from itertools import permutations

import torch

from mmcrossdistill.models.layers.set_matching import match_sets


def test_equals_brute_force() -> None:
    costs = torch.randn(2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    counts = [4, 2, 0]
    layer, sample, query, target = match_sets(costs, counts)
    for number in range(2):
        for batch, count in enumerate(counts):
            own = (layer == number) & (sample == batch)
            assert sorted(target[own].tolist()) == list(range(count))
            assert len(set(query[own].tolist())) == count
            got = costs[number, batch, query[own], target[own]].sum()
            best = min(sum(float(costs[number, batch, q, t]) for t, q in enumerate(choice))
                       for choice in permutations(range(5), count))
            torch.testing.assert_close(got, torch.tensor(float(best)), rtol=1e-5, atol=1e-5)
    # Rows come layer by layer, equally many of each.
    assert layer.tolist() == [0] * 6 + [1] * 6


def test_more_targets_than_queries() -> None:
    _, _, query, target = match_sets(torch.rand(1, 1, 2, 5), [5])
    assert sorted(query.tolist()) == [0, 1] and len(set(target.tolist())) == 2


def test_costs_that_are_not_finite_lose() -> None:
    costs = torch.tensor([[[[float('nan')], [1.0], [float('inf')]]]])
    assert match_sets(costs, [1])[2].tolist() == [1]
