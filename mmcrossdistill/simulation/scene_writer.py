"""Generates one scene: renders its sensors, writes their files and its share of the tables."""
from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically

from .annotation import BoxAnnotation, annotate
from .camera import CameraRenderer
from .categories import INDEX, VISIBILITY, attribute_of
from .lidar import LidarScanner, Scan
from .plan import SIZES, SceneSpec, Settings, stable_seed
from .raycast import Snapshot, StillScene
from .sensors import CAMERA_RATE, CAMERAS, KEYFRAME_RATE, LIDAR, LIDAR_RATE, START, Mount
from .textures import Texturer
from .weather import random_weather
from .world import World

VERSION = 'v1.0-trainval'
STATE = '.minidrive'  # folder of the finished scenes' records
MAP_EXTENT = 600.0  # side of the global frame's square map (m)
_LOCATIONS = ('singapore-onenorth', 'boston-seaport', 'singapore-queenstown',
              'singapore-hollandvillage')


def to_json(record: object) -> bytes:
    """Serialise to compact JSON bytes."""
    return json.dumps(record, separators=(',', ':')).encode()


def yaw_quaternion(yaw: float) -> list[float]:
    """Quaternion (w, x, y, z) of a rotation about the vertical axis (rad)."""
    return [float(np.cos(yaw / 2)), 0.0, 0.0, float(np.sin(yaw / 2))]


class SceneWriter:
    """Writes one scene of a world.

    Args:
        root: folder of the data set.
        spec: the scene.
        settings: of the data set.
        world: its world.
        still: the world's still geometry.
    """

    def __init__(self, root: Path, spec: SceneSpec, settings: Settings, world: World,
                 still: StillScene) -> None:
        self._root, self._spec, self._settings = root, spec, settings
        self._world, self._still = world, still
        rng = np.random.default_rng(stable_seed(spec.world_seed, 'place'))
        self._turn = float(rng.uniform(-np.pi, np.pi))
        self._shift = rng.uniform(0.4, 0.6, 2) * MAP_EXTENT
        self._location = _LOCATIONS[rng.integers(len(_LOCATIONS))]
        self._clock = 1533000000_000000 + spec.index * 600_000000  # time zero (us)
        self._logfile = f'n{8 + 7 * (spec.index % 2):03d}-{spec.name}'
        self._records: dict[str, list[dict]] = {
            name: [] for name in ('log', 'scene', 'sample', 'sample_data', 'ego_pose',
                                  'calibrated_sensor', 'instance', 'sample_annotation', 'lidarseg',
                                  'panoptic')}

    def token(self, *parts: object) -> str:
        """Hash the scene's name and ``parts`` to a nuScenes token."""
        settings = self._settings
        key = ':'.join(map(str, (settings.seed, settings.size, self._spec.name, *parts)))
        return hashlib.md5(key.encode()).hexdigest()

    def write(self) -> None:
        """Render and write everything; the record that marks the scene as done comes last."""
        spec, preset = self._spec, SIZES[self._settings.size]
        weather = random_weather(spec.condition, stable_seed(spec.world_seed, spec.condition))
        texturer = Texturer(self._world)
        self._times = [START + k / KEYFRAME_RATE for k in range(preset.keyframes)]
        self._scanner = LidarScanner(self._world, preset.azimuths, spec.condition == 'day-rain')
        self._instance_ids = self._number_instances()
        annotations = self._lidar_channel()
        for mount in CAMERAS:
            seed = stable_seed(spec.world_seed, spec.condition, mount.channel)
            renderer = CameraRenderer(mount, self._settings.image_size, texturer, weather, seed)
            self._camera_channel(mount, renderer)
        self._samples(annotations)
        self._scene(annotations)
        self._annotations(annotations)
        write_atomically(self._root / STATE / f'{spec.name}.json', to_json(self._records))

    def _schedule(self, mount: Mount, rate: int, with_sweeps: bool
                  ) -> list[tuple[float, int, bool]]:
        """Trigger times of a channel: (time in s, nearest keyframe, is keyframe)."""
        between = rate // KEYFRAME_RATE
        frames = []
        for k, time in enumerate(self._times):
            frames.append((time + mount.delay, k, True))
            if with_sweeps and k + 1 < len(self._times):
                frames += [(time + mount.delay + n / rate, k + (2 * n > between), False)
                           for n in range(1, between)]
        return frames

    def _number_instances(self) -> list[int]:
        """Panoptic instance number of each agent, from 1.

        Counted over related categories together (adults and children, say): they become one class
        in the evaluation, where their numbers must still differ.
        """
        counter: Counter[str] = Counter()
        numbers = []
        for agent in self._world.agents:
            family = '.'.join(agent.category.split('.')[:2])
            counter[family] += 1
            numbers.append(counter[family])
        return numbers

    def _calibrate(self, mount: Mount) -> str:
        """Record a sensor's calibration and return its token."""
        token = self.token('calibrated_sensor', mount.channel)
        intrinsic = [] if mount.intrinsic is None else mount.camera_matrix(
            self._settings.image_size).tolist()
        norm = np.linalg.norm(mount.rotation)
        self._records['calibrated_sensor'].append({
            'token': token, 'sensor_token': hashlib.md5(mount.channel.encode()).hexdigest(),
            'translation': list(mount.translation),
            'rotation': [value / norm for value in mount.rotation], 'camera_intrinsic': intrinsic})
        return token

    def _emit(self, mount: Mount, calibration: str,
              frames: list[tuple[float, int, bool]], extension: str) -> list[tuple[str, Path]]:
        """Record a channel's sample_data and ego poses.

        Returns:
            Token and file of each frame.
        """
        tokens = [self.token('sample_data', mount.channel, i) for i in range(len(frames))]
        height, width = self._settings.image_size if mount.intrinsic else (0, 0)
        files = []
        for i, (time, keyframe, is_key) in enumerate(frames):
            stamp = self._stamp(time)
            folder = 'samples' if is_key else 'sweeps'
            name = f'{folder}/{mount.channel}/{self._logfile}__{mount.channel}__{stamp}.{extension}'
            self._records['sample_data'].append({
                'token': tokens[i], 'sample_token': self.token('sample', keyframe),
                'ego_pose_token': tokens[i], 'calibrated_sensor_token': calibration,
                'timestamp': stamp, 'fileformat': extension.split('.')[0], 'is_key_frame': is_key,
                'height': height, 'width': width, 'filename': name,
                'prev': tokens[i - 1] if i else '',
                'next': tokens[i + 1] if i + 1 < len(tokens) else ''})
            pose = self._world.ego_pose(time)
            x, y = self._to_global(pose[0, 3], pose[1, 3])
            yaw = float(np.arctan2(pose[1, 0], pose[0, 0])) + self._turn
            self._records['ego_pose'].append({
                'token': tokens[i], 'timestamp': stamp, 'rotation': yaw_quaternion(yaw),
                'translation': [x, y, 0.0]})
            files.append((tokens[i], self._root / name))
        return files

    def _stamp(self, time: float) -> int:
        """Convert scene time (s) to a nuScenes timestamp (us)."""
        return self._clock + int(round(time * 1e6))

    def _to_global(self, x: float, y: float) -> tuple[float, float]:
        """Convert a world position to the global frame (m)."""
        cos, sin = np.cos(self._turn), np.sin(self._turn)
        return (float(cos * x - sin * y + self._shift[0]),
                float(sin * x + cos * y + self._shift[1]))

    def _lidar_channel(self) -> list[list[BoxAnnotation]]:
        """Scan, write the clouds with their labels, and annotate the keyframes."""
        frames = self._schedule(LIDAR, LIDAR_RATE, self._settings.sweeps in ('lidar', 'all'))
        files = self._emit(LIDAR, self._calibrate(LIDAR), frames, 'pcd.bin')
        annotations = []
        for number, ((time, _, is_key), (token, path)) in enumerate(
                zip(frames, files, strict=True)):
            snapshot = Snapshot(self._world, self._still, time, self._scanner.ego_body(time))
            scan = self._scanner.scan(snapshot, (self._spec.world_seed, number))
            write_atomically(path, scan.points.tobytes())
            if is_key:
                self._label(token, scan)
                annotations.append(annotate(snapshot, scan))
        return annotations

    def _label(self, token: str, scan: Scan) -> None:
        """Write the lidarseg and panoptic labels of a keyframe."""
        name = f'lidarseg/{VERSION}/{token}_lidarseg.bin'
        write_atomically(self._root / name, scan.label.tobytes())
        self._records['lidarseg'].append(
            {'token': token, 'sample_data_token': token, 'filename': name})
        numbers = np.array([*self._instance_ids, 0])[scan.agent]  # the last one for no agent
        panoptic = (scan.label.astype(np.uint16) * 1000 + numbers).astype(np.uint16)
        name = f'panoptic/{VERSION}/{token}_panoptic.npz'
        packed = io.BytesIO()
        np.savez_compressed(packed, data=panoptic)
        write_atomically(self._root / name, packed.getvalue())
        self._records['panoptic'].append(
            {'token': token, 'sample_data_token': token, 'filename': name})

    def _camera_channel(self, mount: Mount, renderer: CameraRenderer) -> None:
        """Render and write one camera's pictures."""
        frames = self._schedule(mount, CAMERA_RATE, self._settings.sweeps == 'all')
        files = self._emit(mount, self._calibrate(mount), frames, 'jpg')
        for number, ((time, _, _), (_, path)) in enumerate(zip(frames, files, strict=True)):
            image = renderer.render(Snapshot(self._world, self._still, time), number)
            ok, data = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
            if not ok:
                raise RuntimeError(f'{path}: OpenCV could not encode the picture as JPEG')
            write_atomically(path, data.tobytes())

    def _samples(self, annotations: list[list[BoxAnnotation]]) -> None:
        """Record the samples."""
        count = len(annotations)
        for k, time in enumerate(self._times):
            self._records['sample'].append({
                'token': self.token('sample', k), 'timestamp': self._stamp(time),
                'scene_token': self.token('scene'),
                'prev': self.token('sample', k - 1) if k else '',
                'next': self.token('sample', k + 1) if k + 1 < count else ''})

    def _scene(self, annotations: list[list[BoxAnnotation]]) -> None:
        """Record the log and the scene with a description in nuScenes' manner."""
        self._records['log'].append({
            'token': self.token('log'), 'logfile': self._logfile, 'vehicle': self._logfile[:4],
            'date_captured': '2018-07-31', 'location': self._location})
        seen = Counter(self._world.agents[box.agent].category
                       for boxes in annotations for box in boxes)
        phrases = [text for category, text in (
            ('human.pedestrian.adult', 'peds on sidewalk'), ('vehicle.bus.rigid', 'bus'),
            ('vehicle.bicycle', 'bicycles'), ('vehicle.motorcycle', 'motorcycles'),
            ('vehicle.construction', 'construction site'), ('vehicle.trailer', 'trailer'),
            ('vehicle.truck', 'trucks')) if seen[category]]
        weather = {'day-rain': ['Rain'], 'night': ['Night'], 'day-clear': []}[self._spec.condition]
        moving = 'drive along street' if self._world.ego.speed else 'wait at intersection'
        text = ', '.join([*weather, *phrases[:5], moving])
        self._records['scene'].append({
            'token': self.token('scene'), 'log_token': self.token('log'),
            'nbr_samples': len(annotations), 'first_sample_token': self.token('sample', 0),
            'last_sample_token': self.token('sample', len(annotations) - 1),
            'name': self._spec.name, 'description': text[0].upper() + text[1:]})

    def _annotations(self, annotations: list[list[BoxAnnotation]]) -> None:
        """Record instances and boxes, chained over the keyframes that see them."""
        category_tokens = {name: hashlib.md5(name.encode()).hexdigest() for name in INDEX}
        seen: dict[int, list[int]] = {}
        for k, boxes in enumerate(annotations):
            for box in boxes:
                seen.setdefault(box.agent, []).append(k)
        for k, boxes in enumerate(annotations):
            for box in boxes:
                agent, frames = self._world.agents[box.agent], seen[box.agent]
                place = frames.index(k)
                moving = abs(agent.motion.distance(self._times[k] + .05)
                             - agent.motion.distance(self._times[k])) > 0.01
                attribute = attribute_of(agent.category, moving, agent.parked)
                x, y = self._to_global(*box.center[:2])
                level = VISIBILITY[min(int(max(box.visible - 0.2, 0) / 0.2), 3)][0]
                self._records['sample_annotation'].append({
                    'token': self.token('annotation', box.agent, k),
                    'sample_token': self.token('sample', k),
                    'instance_token': self.token('instance', box.agent),
                    'visibility_token': level,
                    'attribute_tokens': [hashlib.md5(attribute.encode()).hexdigest()]
                    if attribute else [],
                    'translation': [x, y, box.center[2]], 'size': list(box.size),
                    'rotation': yaw_quaternion(box.yaw + self._turn),
                    'prev': self.token('annotation', box.agent, frames[place - 1]) if place else '',
                    'next': self.token('annotation', box.agent, frames[place + 1])
                    if place + 1 < len(frames) else '',
                    'num_lidar_pts': box.num_lidar_pts, 'num_radar_pts': 0})
        for agent, frames in sorted(seen.items()):
            category = self._world.agents[agent].category
            self._records['instance'].append({
                'token': self.token('instance', agent), 'category_token': category_tokens[category],
                'nbr_annotations': len(frames),
                'first_annotation_token': self.token('annotation', agent, frames[0]),
                'last_annotation_token': self.token('annotation', agent, frames[-1])})
