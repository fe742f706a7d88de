"""The true class of every pixel of MiniDrive: its world is built again and asked."""
from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mmcrossdistill.datasets.nuscenes_classes import LABEL_MAP
from mmcrossdistill.simulation.plan import GENERATOR, Settings, plan_scenes
from mmcrossdistill.simulation.sensors import CAMERAS, START, camera_rays
from mmcrossdistill.utils.optional import require

if TYPE_CHECKING:
    from mmcrossdistill.simulation.raycast import StillScene
    from mmcrossdistill.simulation.world import World

HEADER = 'minidrive.json'
NO_OBJECT = -1


@dataclass(frozen=True)
class Truth:
    """What the pixels of an image show.

    Args:
        labels ((H, W) int64): nuScenes class, 255 for the sky and unscored things.
        objects ((H, W) int64): number of the vehicle, person, cone or barrier; -1 for none.
    """

    labels: np.ndarray
    objects: np.ndarray


@lru_cache(maxsize=1)
def _build(world_seed: int) -> tuple[World, StillScene]:
    """Build a world and its ray caster; images come scene by scene, so one is kept."""
    from mmcrossdistill.simulation.raycast import StillScene  # Embree loads only where rays are
    from mmcrossdistill.simulation.world import build_world
    world = build_world(world_seed)
    return world, StillScene(world.still)


def _first_keyframes(root: Path) -> dict[str, float]:
    """Read when scenes start.

    Args:
        root: folder of the data set.

    Returns:
        Scene name to the time of its first keyframe, seconds.
    """
    from mmcrossdistill.simulation.scene_writer import VERSION
    samples, scenes = (
        json.loads((root / VERSION / f'{name}.json').read_bytes()) for name in ('sample', 'scene'))
    times = {sample['token']: sample['timestamp'] / 1e6 for sample in samples}
    return {scene['name']: times[scene['first_sample_token']] for scene in scenes}


class TrueLabels:
    """Casts the rays of MiniDrive's pictures again and reads the class of what they hit.

    Unlike the labels of the LiDAR's points this covers every pixel, at the time of the picture, and
    tells objects apart. Rain and lens drops, which the pictures show, have no class.

    Args:
        root: folder of the data set.

    Raises:
        FileNotFoundError: if it is not MiniDrive.
        ImportError: if the extra ``minidrive`` is not installed.
        ValueError: if another version of the generator made it.
    """

    def __init__(self, root: str | Path) -> None:
        header = Path(root, HEADER)
        if not header.is_file():
            raise FileNotFoundError(
                f'{header} does not exist, so {root} (--root) is not MiniDrive, whose truth this '
                'needs; make it with tools/create_data.py minidrive')
        for module in ('embreex', 'trimesh', 'nuscenes'):
            require(module, extra='minidrive')
        content = json.loads(header.read_text())
        generator = content.pop('generator')
        if generator != GENERATOR:
            raise ValueError(
                f'{header}, key generator: the data set is of version {generator}, now {GENERATOR} '
                'is installed, whose worlds differ; make the data set again')
        self.image_size = tuple(content['image_size'])
        self.world_seeds = {
            spec.name: spec.world_seed for spec in plan_scenes(Settings(**content))}
        self.starts = _first_keyframes(Path(root))

    def __call__(self, scene: str, view: str, timestamp: float) -> Truth:
        """Label one picture.

        Args:
            scene: name.
            view: camera name.
            timestamp: of the picture, seconds.

        Raises:
            KeyError: if the data set has no such scene.
        """
        from mmcrossdistill.simulation.raycast import Snapshot
        if scene not in self.world_seeds:
            raise KeyError(f'the infos name the scene {scene}, which MiniDrive of this size and '
                           'seed lacks; write the infos again with tools/create_data.py nuscenes')
        world, still = _build(self.world_seeds[scene])
        mount = {camera.channel: camera for camera in CAMERAS}[view]
        snapshot = Snapshot(world, still, START + timestamp - self.starts[scene])
        camera = world.ego_pose(snapshot.time) @ mount.sensor2ego()
        directions = camera_rays(mount, self.image_size) @ camera[:3, :3].T.astype(np.float32)
        origins = np.broadcast_to(camera[:3, 3].astype(np.float32), directions.shape).copy()
        hits = snapshot.cast(origins, directions)
        raw = np.where(hits.valid, world.materials.raw_class[hits.material], 0)  # 0 is noise
        agent = np.where(hits.valid, hits.object_id - world.first_agent, NO_OBJECT)
        return Truth(LABEL_MAP[raw].reshape(self.image_size),
                     np.maximum(agent, NO_OBJECT).reshape(self.image_size))
