"""Maps of codes by their users."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.visualization.codebook_map import UsedCodes, codebook_maps
from mmcrossdistill.visualization.image_grid import render_rgb


def book(users: list[str]) -> UsedCodes:
    """A codebook of random codes."""
    codes = np.random.default_rng(0).normal(size=(len(users), 6)).astype(np.float32)
    return UsedCodes('mine', codes, np.array(users))


def test_shares_are_of_the_used_codes() -> None:
    numbers = book(['images'] * 3 + ['both'] * 6 + ['points'] + ['none'] * 10).numbers()
    assert numbers == dict(used=0.5, images=0.3, points=0.1, both=0.6)
    assert book(['none'] * 3).numbers()['both'] == 0


def test_the_picture_shows_each_user_and_the_shares() -> None:
    figure = codebook_maps([book(['images'] * 10 + ['both'] * 10 + ['none'] * 5)] * 2)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ['mine\n20 of 25 codes used, 50 % of them by both modalities'] * 2
    dots = [sum(len(group.get_offsets()) for group in axes.collections) for axes in figure.axes]
    assert dots == [20, 20]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ['images', 'both']
    assert render_rgb(figure).std() > 5


def test_an_untrained_codebook_has_no_map() -> None:
    with pytest.raises(ValueError, match='mine: 3 of 9 codes are used'):
        codebook_maps([book(['both'] * 3 + ['none'] * 6)])
