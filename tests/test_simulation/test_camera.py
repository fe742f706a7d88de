"""Pictures: conditions differ as real ones do, and pixels show what the geometry says."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.simulation.camera import CameraRenderer
from mmcrossdistill.simulation.raycast import Snapshot, StillScene
from mmcrossdistill.simulation.sensors import CAMERAS, camera_rays
from mmcrossdistill.simulation.textures import Texturer
from mmcrossdistill.simulation.weather import CONDITIONS, random_weather, sky_radiance
from mmcrossdistill.simulation.world import World

SIZE = (72, 128)


@pytest.fixture(scope='module')
def pictures(world: World, still: StillScene) -> dict[str, np.ndarray]:
    """All six cameras in every condition, (6, H, W, 3)."""
    texturer = Texturer(world)
    return {condition: np.stack([
        CameraRenderer(mount, SIZE, texturer, random_weather(condition, 5), 7).render(
            Snapshot(world, still, 0.6 + mount.delay), 0) for mount in CAMERAS])
        for condition in CONDITIONS}


def test_nights_are_dark_but_legible(pictures: dict[str, np.ndarray]) -> None:
    # A real night frame: mean 36, quartiles 14 / 28 / 49.
    night = pictures['night'].astype(float)
    assert 20 < night.mean() < 70
    assert np.percentile(night, 75) > 30 and np.percentile(night, 25) < 40
    assert pictures['day-clear'].mean() > 1.7 * night.mean()


def test_rain_lowers_contrast_not_brightness(pictures: dict[str, np.ndarray]) -> None:
    clear, rain = (pictures[name].astype(float) for name in ('day-clear', 'day-rain'))
    assert 0.75 < rain.mean() / clear.mean() < 1.4

    def colourfulness(images: np.ndarray) -> float:
        return float(np.ptp(images, axis=-1).mean())

    assert colourfulness(rain) < 0.8 * colourfulness(clear)


def test_pictures_repeat_exactly(world: World, still: StillScene,
                                 pictures: dict[str, np.ndarray]) -> None:
    mount = CAMERAS[2]
    for condition in CONDITIONS:
        renderer = CameraRenderer(mount, SIZE, Texturer(world), random_weather(condition, 5), 7)
        again = renderer.render(Snapshot(world, still, 0.6 + mount.delay), 0)
        np.testing.assert_array_equal(again, pictures[condition][2])


def test_the_noise_changes_from_frame_to_frame(world: World, still: StillScene) -> None:
    renderer = CameraRenderer(CAMERAS[1], SIZE, Texturer(world), random_weather('night', 5), 7)
    snapshot = Snapshot(world, still, 0.5)
    assert (renderer.render(snapshot, 0) != renderer.render(snapshot, 1)).mean() > 0.3


def test_sky_pixels_are_the_brightest_in_rain(world: World, still: StillScene,
                                              pictures: dict[str, np.ndarray]) -> None:
    mount = CAMERAS[1]
    snapshot = Snapshot(world, still, 0.6 + mount.delay)
    pose = world.ego_pose(snapshot.time) @ mount.sensor2ego()
    rays = camera_rays(mount, SIZE) @ pose[:3, :3].T.astype(np.float32)
    origins = np.broadcast_to(pose[:3, 3].astype(np.float32), rays.shape).copy()
    sky = ~snapshot.cast(origins, rays).valid.reshape(SIZE)
    picture = pictures['day-rain'][1].mean(axis=-1)
    assert 0.05 < sky.mean() < 0.7
    assert picture[sky].mean() > 1.2 * picture[~sky].mean()


def test_the_sun_shows_by_day_only() -> None:
    clear, night = random_weather('day-clear', 1), random_weather('night', 1)
    for weather, ratio in ((clear, 3.0), (night, 1.5)):
        towards = sky_radiance(weather, weather.sun[None]).mean()
        away = sky_radiance(weather, (weather.sun * (-1, -1, 1))[None].astype(np.float32)).mean()
        assert (towards / away > ratio) == (weather is clear)


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match='snow.*day-clear'):
        random_weather('snow', 0)
