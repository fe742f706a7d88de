"""How high the sun stands."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mmcrossdistill.preprocessing.sun import sun_elevation


@pytest.mark.parametrize('latitude,longitude,time,expected', [
    # Culmination at the solstice: 90 - latitude + 23.44.
    (37.77, -122.42, (2019, 6, 21, 20, 11), 75.67),
    (-33.87, 151.21, (2020, 12, 21, 1, 53), 79.57),
    # Sunrise and sunset of the almanac: refraction and radius make it 0.83 below the horizon.
    (37.77, -122.42, (2019, 3, 20, 14, 13), -0.83),
    (51.48, 0.0, (2021, 9, 22, 17, 59), -0.83),
    # Midnight at the equinox on the equator: straight below.
    (0.0, 0.0, (2021, 3, 20, 0, 7), -90.0),
])
def test_known_positions(latitude, longitude, time, expected) -> None:
    timestamp = datetime(*time, tzinfo=UTC).timestamp()
    assert sun_elevation(latitude, longitude, timestamp) == pytest.approx(expected, abs=0.35)
