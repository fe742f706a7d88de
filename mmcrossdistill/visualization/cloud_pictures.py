"""Clouds from above in several colourings, for a page."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .bird_eye import bird_eye
from .html_page import picture
from .image_grid import encode_png, image_grid

_REACH = 40.0  # metres from the sensor to the border
_SIZE, _DOT = 440, 3  # pixels
_BACKGROUND = 50  # grey: nuScenes' colours run from dark purple to almost white, none is lost on it


def clouds_from_above(points: np.ndarray, colours: Mapping[str, Sequence[np.ndarray]],
                      columns: Sequence[str], legend: Mapping[str, Sequence[int]], note: str = '',
                      ) -> str:
    """Draw a cloud from above, one network a row.

    Args:
        points ((N, 3+) float): x, y, z in the lidar frame, metres.
        colours: by the title of the network, of each column, (N, 3) uint8.
        columns: titles.
        legend: name to (R, G, B) in 0..255.
        note: further words below the picture.

    Returns:
        HTML.
    """
    views = [[bird_eye(points, own / 255, _SIZE, _REACH, _DOT, _BACKGROUND) for own in row]
             for row in colours.values()]
    return picture(
        encode_png(image_grid(views, list(colours), columns, 4.0 * len(columns), legend)),
        f'{_REACH:.0f} m to each side, driving direction of the sensor up.{note}')
