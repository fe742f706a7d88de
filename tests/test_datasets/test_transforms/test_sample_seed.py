"""Tests of the random numbers of a sample."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms.sample_seed import sample_generator


def draw(token: str, seed: int, *names: str) -> float:
    """The first number of a generator."""
    return float(sample_generator({'token': token}, seed, *names).random())


def test_numbers_depend_on_the_arguments_alone() -> None:
    np.random.seed(1)
    first = draw('a', 0, 'fog', 'front')
    np.random.seed(2)
    assert draw('a', 0, 'fog', 'front') == first
    others = [draw('b', 0, 'fog', 'front'), draw('a', 1, 'fog', 'front'), draw('a', 0, 'fog'),
              draw('a', 0, 'fogfront'), draw('a', 0, 'front', 'fog')]
    assert len({first, *others}) == 6


def test_a_sample_without_token_is_refused() -> None:
    with pytest.raises(KeyError, match='create_data'):
        sample_generator({}, 0)
