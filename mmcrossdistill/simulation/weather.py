"""Per-scene weather and light: what the sky is like, and what the camera does with it."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .noise import noise

CONDITIONS: tuple[str, ...] = ('day-clear', 'day-rain', 'night')


@dataclass(frozen=True)
class Weather:
    """Light and air of one scene.

    Args:
        condition: one of ``CONDITIONS``.
        sun ((3,) float32): unit vector to the sun.
        sun_color ((3,) float32): its irradiance; zero without sun.
        zenith ((3,) float32): sky radiance overhead.
        horizon ((3,) float32): sky radiance at the horizon.
        clouds: cover, 0 to 1.
        haze: extinction of the air (1/m).
        exposure: camera gain.
        cast ((3,) float32): colour cast of the camera.
        wetness: mirrored share of wet ground, 0 to 1.
        drops: number of drops on each lens.
        noise: read noise of the camera relative to full scale.
        shot: photons' noise, variance per signal.
        seed: of cloud positions.
    """

    condition: str
    sun: np.ndarray
    sun_color: np.ndarray
    zenith: np.ndarray
    horizon: np.ndarray
    clouds: float
    haze: float
    exposure: float
    cast: np.ndarray
    wetness: float
    drops: float
    noise: float
    shot: float
    seed: int


def _color(*values: float) -> np.ndarray:
    """Return float32 colour."""
    return np.array(values, np.float32)


def random_weather(condition: str, seed: int) -> Weather:
    """Draw a scene's weather.

    Args:
        condition: one of ``CONDITIONS``.
        seed (>= 0): random seed.

    Returns:
        The weather.

    Raises:
        ValueError: if the condition is unknown.
    """
    if condition not in CONDITIONS:
        raise ValueError(f'condition {condition!r} is unknown; choose from {CONDITIONS}')
    rng = np.random.default_rng(seed)
    azimuth, elevation = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(22, 65))
    sun = _color(np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation),
                 np.sin(elevation))
    tint = rng.uniform(0.92, 1.08, 3)
    if condition == 'day-clear':
        clouds, low = rng.uniform(0, .75), 1 - np.degrees(elevation) / 65
        strength = 2.3 * (1 - .35 * clouds)
        return Weather(
            condition, sun, _color(1, .95 - .12 * low, .86 - .25 * low) * strength,
            _color(.20, .36, .68) * .9, _color(.62, .72, .84), clouds, rng.uniform(.0004, .0016),
            rng.uniform(.62, .82), _color(*tint), 0.0, 0.0, .006, .0006, seed)
    if condition == 'day-rain':
        level = rng.uniform(.55, .95)
        grey = _color(.60, .63, .66) * level
        return Weather(
            condition, sun, _color(0, 0, 0), grey * .8, grey * 1.1, 1.0, rng.uniform(.006, .016),
            rng.uniform(.52, .74) / level, _color(*tint) * _color(.97, 1.0, 1.03),
            rng.uniform(.55, .98), rng.uniform(5, 18), .013, .0018, seed)
    glow = _color(*[(.020, .017, .014), (.013, .015, .021), (.014, .018, .014)][rng.integers(3)])
    warm = _color(*[(1.1, .95, .72), (.92, 1.02, 1.05), (.95, 1.08, .85)][rng.integers(3)])
    return Weather(
        condition, sun, _color(0, 0, 0), glow * .45, glow * rng.uniform(.3, .9), rng.uniform(0, 1),
        rng.uniform(.0008, .003), rng.uniform(1.1, 1.9), warm * _color(*tint), 0.0, 0.0,
        rng.uniform(.012, .022), rng.uniform(.003, .006), seed)


def sky_radiance(weather: Weather, directions: np.ndarray) -> np.ndarray:
    """Radiance of the sky.

    Args:
        weather: the scene's weather.
        directions ((N, 3) float32): unit vectors.

    Returns:
        (N, 3) float32.
    """
    up = np.clip(directions[:, 2], 0, 1)
    blend = np.sqrt(up)[:, None]
    color = weather.horizon * (1 - blend) + weather.zenith * blend
    shift = np.array([weather.seed % 61, weather.seed % 53, 0.5], np.float32)
    plane = directions * (6.0 / (up + 0.12))[:, None] + shift
    plane[:, 2] = weather.seed % 47
    cloud = np.clip(noise(plane, 2.2) + 0.6 * noise(plane, 5.3) + 2.2 * weather.clouds - 1.2, 0, 1)
    white = weather.horizon * 1.35
    color = color + (white - color) * (cloud * (0.75 if weather.clouds < 1 else 0.35))[:, None]
    if weather.sun_color.any():
        glow = np.clip(directions @ weather.sun, 0, 1)
        color = color + (0.5 * glow ** 24 + 6.0 * (glow > 0.9994))[:, None] * weather.sun_color
    return color.astype(np.float32)
