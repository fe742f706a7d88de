"""Camera images: primary rays, shading, wet reflections, air, and what lens and sensor add."""
from __future__ import annotations

import cv2
import numpy as np

from .categories import INDEX
from .lighting import Light, daylight, lamplight, mirror, night_lights
from .noise import noise
from .raycast import Hits, Snapshot
from .sensors import Mount, camera_rays
from .textures import Texturer
from .weather import Weather, sky_radiance


class CameraRenderer:
    """Renders one camera of one scene.

    Args:
        mount: the camera.
        image_size ((2,) int): (H, W) in pixels.
        texturer: of the scene's world.
        weather: of the scene.
        seed (>= 0): of lens drops and noise.
    """

    def __init__(self, mount: Mount, image_size: tuple[int, int], texturer: Texturer,
                 weather: Weather, seed: int) -> None:
        self._mount, self._size = mount, image_size
        self._texturer, self._weather, self._seed = texturer, weather, seed
        self._rays = camera_rays(mount, image_size)
        self._pixel = 1.0 / mount.camera_matrix(image_size)[0, 0]  # width of a pixel at 1 m (m)
        self._drops = self._lens_drops(np.random.default_rng(seed))

    def render(self, snapshot: Snapshot, frame: int) -> np.ndarray:
        """Render the picture at the snapshot's moment.

        Args:
            snapshot: the world at the camera's trigger time.
            frame: number of the picture, seeds its noise.

        Returns:
            (H, W, 3) uint8 RGB.
        """
        weather = self._weather
        camera = snapshot.world.ego_pose(snapshot.time) @ self._mount.sensor2ego()
        directions = self._rays @ camera[:3, :3].T.astype(np.float32)
        origin = camera[:3, 3].astype(np.float32)
        lights = night_lights(snapshot, weather.seed) if weather.condition == 'night' else []
        origins = np.broadcast_to(origin, directions.shape).copy()
        hits = snapshot.cast(origins, directions)
        image = np.zeros_like(directions)
        rows, sky = np.flatnonzero(hits.valid), np.flatnonzero(~hits.valid)
        image[sky] = sky_radiance(weather, directions[sky])
        hits = Hits(hits.distance[rows], hits.normal[rows], hits.material[rows],
                    hits.object_id[rows])
        radiance = self._shade(origins[rows], directions[rows], hits, snapshot, lights)
        if weather.wetness:
            self._wet(radiance, origins[rows], directions[rows], hits, snapshot, lights)
        clear = np.exp(-weather.haze * hits.distance)[:, None]
        image[rows] = radiance * clear + weather.horizon * (1 - clear)
        rng = np.random.default_rng((self._seed, frame))
        return self._develop(image.reshape(*self._size, 3), rng)

    def _shade(self, origins: np.ndarray, directions: np.ndarray, hits: Hits, snapshot: Snapshot,
               lights: list[Light]) -> np.ndarray:
        """Radiance of hit points, (N, 3) float32; every ray hits."""
        weather, table = self._weather, snapshot.world.materials
        points = origins + directions * hits.distance[:, None]
        facing = np.maximum(-np.einsum('nc,nc->n', directions, hits.normal), 0.15)
        footprint = hits.distance * self._pixel / facing
        albedo, emission = self._texturer.evaluate(points, hits, snapshot.poses, footprint)
        points += hits.normal * (0.01 + 2e-4 * hits.distance)[:, None]
        if weather.condition == 'night':
            radiance = albedo * lamplight(points, hits, snapshot, weather, lights)
        else:
            radiance = albedo * daylight(points, hits, snapshot, weather)
            emission *= 0.25 if weather.condition == 'day-rain' else 0.0
        gloss = table.gloss[hits.material]
        rows = np.flatnonzero(gloss > 0.01)
        part = Hits(hits.distance[rows], hits.normal[rows], hits.material[rows],
                    hits.object_id[rows])
        share, mirrored = mirror(directions[rows], part, gloss[rows], weather)
        radiance[rows] += (mirrored - radiance[rows]) * share[:, None]
        return radiance + emission

    def _wet(self, radiance: np.ndarray, origins: np.ndarray, directions: np.ndarray, hits: Hits,
             snapshot: Snapshot, lights: list[Light]) -> None:
        """Darken wet ground and mirror the surroundings in it, in place."""
        weather, table = self._weather, snapshot.world.materials
        label = table.raw_class[hits.material]
        ground = (label >= INDEX['flat.driveable_surface']) & (label <= INDEX['flat.sidewalk'])
        rows = np.flatnonzero(ground & (hits.normal[:, 2] > 0.9) & (hits.distance < 70))
        if not len(rows):
            return
        points = origins[rows] + directions[rows] * hits.distance[rows, None]
        puddle = np.clip(0.55 + noise(points, 0.9) + 0.35 * noise(points, 5.0), 0.12, 1)
        ripple = 0.05 * np.stack([noise(points, 19.0), noise(points + 7.7, 19.0)], 1)
        normal = np.concatenate([ripple, np.ones((len(rows), 1), np.float32)], 1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        facing = -np.einsum('nc,nc->n', directions[rows], normal)
        reflected = directions[rows] + 2 * facing[:, None] * normal
        points[:, 2] += 0.02
        second = snapshot.cast(points, reflected)
        mirrored = sky_radiance(weather, reflected)
        found = np.flatnonzero(second.valid)
        part = Hits(second.distance[found], second.normal[found], second.material[found],
                    second.object_id[found])
        mirrored[found] = self._shade(points[found], reflected[found], part, snapshot, lights)
        fresnel = 0.04 + 0.96 * (1 - np.clip(facing, 0, 1)) ** 4
        share = weather.wetness * puddle * fresnel
        dark = 1 - 0.45 * weather.wetness * np.minimum(puddle + 0.4, 1)
        radiance[rows] = radiance[rows] * (dark * (1 - share))[:, None] + \
            mirrored * share[:, None]

    def _lens_drops(self, rng: np.random.Generator) -> np.ndarray | None:
        """Blend weights of drops on the lens, (H, W, 1) float32; None for a dry lens."""
        count = rng.poisson(self._weather.drops)
        if not count:
            return None
        height, width = self._size
        mask = np.zeros(self._size, np.float32)
        for _ in range(count):
            center = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
            radius = height * rng.uniform(.015, .075)
            axes = (max(int(radius), 1), max(int(radius * rng.uniform(.8, 1.5)), 1))
            cv2.ellipse(mask, center, axes, rng.uniform(0, 180), 0, 360, rng.uniform(.6, 1), -1)
        return cv2.GaussianBlur(mask, (0, 0), height * .012)[..., None]

    def _streaks(self, image: np.ndarray, rng: np.random.Generator) -> None:
        """Draw falling rain, in place."""
        height, width = self._size
        count = int(self._weather.wetness * rng.uniform(60, 170))
        layer = np.zeros(self._size, np.float32)
        slant = rng.normal(0, .12)
        for x, y, length, weight in zip(
                rng.uniform(0, width, count), rng.uniform(-.1 * height, height, count),
                rng.uniform(.03, .14, count) * height, rng.uniform(.05, .3, count), strict=True):
            cv2.line(layer, (int(x), int(y)), (int(x + slant * length), int(y + length)),
                     float(weight), 1, cv2.LINE_AA)
        image += (self._weather.horizon * 1.2 - image) * layer[..., None]

    def _develop(self, image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Turn radiance into pixels: streaks, drops, glare, gain, noise, tone curve."""
        weather, height = self._weather, self._size[0]
        if weather.wetness:
            self._streaks(image, rng)
        if self._drops is not None:
            blurred = cv2.GaussianBlur(image, (0, 0), height * .045)
            image = image + (blurred * 1.08 - image) * self._drops
        bright = np.clip(image - 1.0, 0, 6)
        if weather.condition != 'day-clear':
            image = image + 0.10 * cv2.GaussianBlur(bright, (0, 0), height * .012)
            image += 0.05 * cv2.GaussianBlur(bright, (0, 0), height * .05)
        signal = image * (weather.exposure * weather.cast)
        signal = 1 - np.exp(-signal)
        spread = np.sqrt(weather.noise ** 2 * 0.02 + weather.shot * signal)
        signal += rng.standard_normal(signal.shape, np.float32) * spread
        return (np.clip(signal, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
