"""Grids of pictures."""
import cv2
import numpy as np
import pytest

from mmcrossdistill.visualization.image_grid import encode_png, image_grid, render_rgb


def _decode(data: bytes) -> np.ndarray:
    """Read a PNG back as RGB."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_pictures_and_legend_appear_in_their_colours():
    red, blue = (np.full((40, 80, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    figure = image_grid([[red, blue]], ['night'], ['before', 'after'], width=4,
                        legend={'car': (0, 200, 0)})
    shown = {tuple(pixel) for pixel in _decode(encode_png(figure, dpi=60)).reshape(-1, 3)}
    assert {(200, 0, 0), (0, 0, 200), (0, 200, 0)} <= shown
    axes = figure.axes
    assert [a.get_title() for a in axes] == ['before', 'after']
    assert axes[0].get_ylabel() == 'night'


def test_the_same_figure_gives_the_same_bytes():
    picture = np.zeros((4, 8, 3))
    pngs = {encode_png(image_grid([[picture]], ['a'], ['b'], width=2), dpi=40) for _ in range(2)}
    assert len(pngs) == 1


def test_a_ragged_grid_is_refused():
    picture = np.zeros((4, 8, 3))
    with pytest.raises(ValueError, match='do not fill'):
        image_grid([[picture], []], ['a', 'b'], ['c'])


def test_an_array_shows_what_the_png_shows():
    figure = image_grid([[np.full((4, 8, 3), 200, np.uint8)]], ['row'], ['column'], width=3)
    np.testing.assert_array_equal(render_rgb(figure, 100), _decode(encode_png(figure, 100)))
