"""How high the sun stands: whether a drive was by night, where a data set does not say it."""
from __future__ import annotations

import math

# Days from 1970 to noon of 1 January 2000, the epoch of the formulas.
_EPOCH_DAYS = 10957.5
# The end of civil twilight: without lamps, objects are no longer told apart.
NIGHT_ELEVATION = -6.0


def sun_elevation(latitude: float, longitude: float, timestamp: float) -> float:
    """Compute the elevation of the sun's centre without refraction, right to a tenth of a degree.

    Source: the low-precision formulas of the Astronomical Almanac.

    Args:
        latitude: degrees, north positive.
        longitude: degrees, east positive.
        timestamp: seconds since 1970, UTC.

    Returns:
        Degrees above the horizon.
    """
    days = timestamp / 86400 - _EPOCH_DAYS
    anomaly = math.radians(357.528 + 0.9856003 * days)
    ecliptic = math.radians(
        280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 4e-7 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians(15 * (18.697374558 + 24.06570982441908 * days) + longitude)
    north = math.radians(latitude)
    return math.degrees(math.asin(
        math.sin(north) * math.sin(declination)
        + math.cos(north) * math.cos(declination) * math.cos(sidereal - ascension)))
