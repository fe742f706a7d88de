"""Light that reaches surfaces: sun and sky by day, lamps and headlights at night."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .raycast import Hits, Snapshot
from .weather import Weather, sky_radiance

_LAMP_COLORS = np.array([(1.0, .78, .48), (.95, 1.0, .95), (1.0, .9, .7)], np.float32)
_MAX_LIGHTS = 14  # only the nearest ones shine


@dataclass(frozen=True)
class Light:
    """A street lamp or a headlight.

    Args:
        position ((3,) float32): in the world (m).
        axis ((3,) float32): unit vector of the beam.
        inner: cosine at which the beam is at full strength.
        outer: cosine at which it ends.
        power ((3,) float32): radiant intensity.
        reach: horizontal distance beyond which it is negligible (m).
    """

    position: np.ndarray
    axis: np.ndarray
    inner: float
    outer: float
    power: np.ndarray
    reach: float


def night_lights(snapshot: Snapshot, seed: int) -> list[Light]:
    """Collect the lights near the ego vehicle at one moment.

    Args:
        snapshot: the world at this moment.
        seed: of the lamps' colours.

    Returns:
        The lights.
    """
    world = snapshot.world
    ego = world.ego_pose(snapshot.time)
    rng = np.random.default_rng(seed)
    color, strength = _LAMP_COLORS[rng.integers(3)], rng.uniform(7, 16)
    down = np.array([0, 0, -1], np.float32)
    lights = [Light(lamp, down, .75, .1, color * strength * on, 26.0)
              for lamp, on in zip(world.lamps, rng.random(len(world.lamps)) < .85, strict=True)]

    def head(position: np.ndarray, yaw: float, power: float) -> Light:
        axis = np.array([np.cos(yaw), np.sin(yaw), -.045], np.float32)
        return Light(position.astype(np.float32), axis / np.linalg.norm(axis), .985, .80,
                     np.array([1, .96, .88], np.float32) * power, 45.0)

    yaw = float(np.arctan2(ego[1, 0], ego[0, 0]))
    lights.append(head((ego @ [3.3, 0, .7, 1])[:3], yaw, 60.0))
    for index, agent in enumerate(world.agents):
        if agent.head_lights:
            x, y, z, yaw = snapshot.poses[world.first_agent + index]
            front = agent.mesh.bounds[1][0] + .1
            position = np.array([x + np.cos(yaw) * front, y + np.sin(yaw) * front, z + .75])
            lights.append(head(position, yaw, 34.0))
    distance = [np.hypot(*(light.position[:2] - ego[:2, 3])) if light.power.any() else np.inf
                for light in lights]
    nearest = [i for i in np.argsort(distance, kind='stable')[:_MAX_LIGHTS]
               if np.isfinite(distance[i])]
    return [lights[i] for i in nearest]


def daylight(points: np.ndarray, hits: Hits, snapshot: Snapshot, weather: Weather) -> np.ndarray:
    """Irradiance by sun and sky, with cast shadows.

    Under an overcast sky the one shadow ray goes almost straight up: it darkens what lies below
    cars and trees.

    Args:
        points ((N, 3) float32): surface positions, lifted off the surface (m).
        hits: the hits they belong to.
        snapshot: for shadow rays.
        weather: the scene's weather.

    Returns:
        (N, 3) float32.
    """
    up = hits.normal[:, 2]
    ambient = weather.zenith * (0.55 + 0.45 * up)[:, None] + \
        weather.horizon * (0.30 * (1 - np.abs(up)))[:, None] + \
        weather.horizon * (0.10 * (1 - up))[:, None]
    if weather.sun_color.any():
        incidence = hits.normal @ weather.sun
        rows = np.flatnonzero((incidence > 0) & (hits.distance < 150))
        sun = np.clip(incidence, 0, None)
        toward = np.broadcast_to(weather.sun, (len(rows), 3)).copy()
        sun[rows[snapshot.occluded(points[rows], toward, 120.0)]] = 0
        return ambient + sun[:, None] * weather.sun_color
    rows = np.flatnonzero((up > 0.2) & (hits.distance < 80))
    above = np.array([.12, .09, .989], np.float32)
    blocked = snapshot.occluded(points[rows], np.broadcast_to(above, (len(rows), 3)).copy(), 6.0)
    ambient[rows[blocked]] *= 0.45
    return ambient


def lamplight(points: np.ndarray, hits: Hits, snapshot: Snapshot, weather: Weather,
              lights: list[Light]) -> np.ndarray:
    """Irradiance at night; one shadow ray per point, to its strongest light.

    Args:
        points ((N, 3) float32): surface positions, lifted off the surface (m).
        hits: the hits they belong to.
        snapshot: for shadow rays.
        weather: the scene's weather.
        lights: from ``night_lights``.

    Returns:
        (N, 3) float32.
    """
    total = weather.zenith * (0.8 + 0.4 * hits.normal[:, 2])[:, None] * 3.0
    x, y, z = (np.ascontiguousarray(column) for column in points.T)
    best = np.zeros(len(points), np.float32)
    best_light = np.full(len(points), -1)
    for index, light in enumerate(lights):
        dx, dy = light.position[0] - x, light.position[1] - y
        ahead = dx * light.axis[0] + dy * light.axis[1]  # negative in front of a headlight
        rows = np.flatnonzero((dx * dx + dy * dy < light.reach ** 2) & (ahead <= 0))
        if not len(rows):
            continue
        dx, dy, dz = dx[rows], dy[rows], light.position[2] - z[rows]
        squared = dx * dx + dy * dy + dz * dz
        inverse = 1 / np.sqrt(squared)
        beam = -(ahead[rows] + dz * light.axis[2]) * inverse
        cone = np.clip((beam - light.outer) / (light.inner - light.outer), 0, 1)
        normal = hits.normal[rows]
        incidence = (dx * normal[:, 0] + dy * normal[:, 1] + dz * normal[:, 2]) * inverse
        gain = cone * cone * (np.clip(incidence, 0, 1) + 0.04) / (squared + 4.0)
        total[rows] += gain[:, None] * light.power
        strength = gain * light.power.max()
        better = strength > best[rows]
        best[rows[better]] = strength[better]
        best_light[rows[better]] = index
    rows = np.flatnonzero(best > 0.01)
    if len(rows):
        positions = np.stack([light.position for light in lights])
        powers = np.stack([light.power for light in lights])
        toward = positions[best_light[rows]] - points[rows]
        reach = np.linalg.norm(toward, axis=1)
        blocked = snapshot.occluded(points[rows], toward / reach[:, None],
                                    np.maximum(reach - 1.0, 0.05))
        dark, source = rows[blocked], best_light[rows[blocked]]
        share = best[dark] / powers[source].max(axis=1)
        total[dark] -= share[:, None] * powers[source] * 0.9
    return total


def mirror(directions: np.ndarray, hits: Hits, gloss: np.ndarray, weather: Weather
           ) -> tuple[np.ndarray, np.ndarray]:
    """Reflection of the sky in glossy surfaces (paint, glass).

    Args:
        directions ((N, 3) float32): viewing rays.
        hits: their hits.
        gloss ((N,) float32): mirrored share at normal incidence.
        weather: the scene's weather.

    Returns:
        (N,) float32 mirrored share and (N, 3) float32 radiance.
    """
    facing = -np.einsum('nc,nc->n', directions, hits.normal)
    share = gloss + (1 - gloss) * np.clip(1 - facing, 0, 1) ** 5 * (gloss > 0)
    reflected = directions + 2 * facing[:, None] * hits.normal
    radiance = sky_radiance(weather, reflected)
    below = np.clip(0.25 - reflected[:, 2], 0, 1)  # the street, not the sky, mirrors downwards
    return share, radiance * np.clip(1 - 2.2 * below, 0.15, 1)[:, None]
