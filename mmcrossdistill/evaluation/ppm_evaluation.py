"""How well positive pair mining puts moving objects back, measured against annotated boxes."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmcrossdistill.preprocessing.nuscenes_tables import NuscenesTables
from mmcrossdistill.preprocessing.ppm.records import Record
from mmcrossdistill.preprocessing.rigid import invert_rigid, rigid_from_quaternion

MIN_RANGE = 2.7  # metres; nearer returns come from the ego vehicle
MIN_SPEED = 0.1  # m/s; slower objects count as standing
_GROUND = 0.2  # metres above the bottom of a box that may be road
_MARGIN = 0.03  # metres around a box
TOLERANCE = (0.05, 1.0)  # metres, degrees


@dataclass(frozen=True)
class Box:
    """An annotated object at one time.

    Args:
        pose ((4, 4) float): maps the box to the global frame, metres.
        size ((3,) float): length, width, height, metres.
    """

    pose: np.ndarray
    size: np.ndarray


class ObjectTracks:
    """The boxes of all objects between their annotations.

    Args:
        tables: of the data set.
    """

    def __init__(self, tables: NuscenesTables) -> None:
        time = {row['token']: row['timestamp'] / 1e6
                for rows in tables.samples.values() for row in rows}
        self.tracks: dict[str, list[tuple[float, dict[str, Any]]]] = {}
        for row in tables.annotations.values():
            self.tracks.setdefault(row['instance_token'], []).append(
                (time[row['sample_token']], row))
        for track in self.tracks.values():
            track.sort(key=lambda entry: entry[0])

    def at(self, time: float) -> dict[str, Box]:
        """Interpolate the boxes of the objects that are annotated before and after a time.

        Args:
            time: seconds.
        """
        found = {}
        for name, track in self.tracks.items():
            times = [entry[0] for entry in track]
            last = int(np.searchsorted(times, time - 1e-4))
            if last == len(times) or time < times[0] - 1e-3:
                continue
            first = max(last - 1, 0)
            share = 0.0 if first == last else (time - times[first]) / (times[last] - times[first])
            one, two = track[first][1], track[last][1]
            turn, other = np.array(one['rotation']), np.array(two['rotation'])
            turn = (1 - share) * turn + share * other * np.sign(turn @ other + 1e-12)
            place = (1 - share) * np.array(one['translation']) + share * np.array(
                two['translation'])
            width, length, height = one['size']
            found[name] = Box(rigid_from_quaternion(turn, place),
                              np.array([length, width, height]))
        return found


def true_places(
    xyz: np.ndarray, key2global: np.ndarray, now: dict[str, Box], then: dict[str, Box], gap: float,
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Move points with the objects that they belong to.

    Args:
        xyz ((N, 3) float): points of a sweep in the frame of the keyframe's LiDAR, by ego motion.
        key2global ((4, 4) float): of that frame.
        now: boxes at the time of the sweep.
        then: boxes at the time of the keyframe.
        gap: between the two, seconds.

    Returns:
        (N, 3) float: places at the time of the keyframe; (N,) int: moving object of each point, -1
        for none; its transforms.
    """
    places, owner, transforms = xyz.copy(), np.full(len(xyz), -1), []
    for name in sorted(set(now) & set(then)):
        box = now[name]
        to_box = invert_rigid(box.pose) @ key2global
        local = xyz @ to_box[:3, :3].T + to_box[:3, 3]
        inside = (np.abs(local) < box.size / 2 + _MARGIN).all(axis=1)
        inside &= local[:, 2] > _GROUND - box.size[2] / 2
        if not inside.any():
            continue
        motion = invert_rigid(key2global) @ then[name].pose @ to_box
        moved = xyz[inside] @ motion[:3, :3].T + motion[:3, 3]
        if np.linalg.norm((moved - xyz[inside]).mean(axis=0)) < MIN_SPEED * abs(gap):
            continue
        places[inside], owner[inside] = moved, len(transforms)
        transforms.append(motion)
    return places, owner, transforms


def transform_error(found: np.ndarray, truth: np.ndarray, centre: np.ndarray
                    ) -> tuple[float, float]:
    """Compare two transforms where they are applied.

    Args:
        found ((4, 4) float): transform.
        truth ((4, 4) float): transform.
        centre ((3,) float): of the points, metres.

    Returns:
        Distance of the centres, metres; angle between the rotations, degrees.
    """
    distance = np.linalg.norm(((found - truth) @ [*centre, 1.0])[:3])
    turn = found[:3, :3] @ truth[:3, :3].T
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    angle = np.arctan2(np.linalg.norm(axis) / 2, (np.trace(turn) - 1) / 2)
    return float(distance), float(np.degrees(angle))


def pixel_distances(
    places: np.ndarray, others: np.ndarray, images: Sequence[dict[str, Any]],
) -> tuple[np.ndarray, np.ndarray]:
    """Measure how far apart two places of points are in the images.

    Args:
        places ((N, 3) float): true places, metres; views that see them count.
        others ((N, 3) float): other places, metres.
        images: entries of the infos with ``lidar2cam``, ``cam2img``, ``height``, ``width``.

    Returns:
        (M,) int64: points, once per view that sees them; (M,) float: pixels.
    """
    rows, distances = [], []
    for image in images:
        matrix = np.asarray(image['cam2img'])[:3, :3] @ np.asarray(image['lidar2cam'])[:3]
        (true, depth), (other, other_depth) = (
            _project(points, matrix) for points in (places, others))
        limit = image['width'], image['height']
        seen = (depth > 1) & (other_depth > 0.1) & ((true > 0) & (true < limit)).all(axis=1)
        rows.append(np.flatnonzero(seen))
        distances.append(np.linalg.norm(true[seen] - other[seen], axis=1))
    return np.concatenate(rows), np.concatenate(distances)


def _project(points: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project points; pixels (N, 2) and depths (N,), pixels are only good in front."""
    image = points @ matrix[:, :3].T + matrix[:, 3]
    return image[:, :2] / np.maximum(np.abs(image[:, 2:]), 1e-6), image[:, 2]


class PpmEvaluation:
    """Collects the errors over pairs of a keyframe and a sweep.

    Args:
        min_points: clusters with fewer points in the sweep are not compared.
    """

    def __init__(self, min_points: int = 30) -> None:
        self.min_points = min_points
        self.clusters: list[tuple[float, float]] = []
        self.failed = 0
        self.points = dict(static=0, static_moved=0, moving=0, moving_found=0, moving_dropped=0)
        self.pixels: dict[str, list[float]] = dict(before=[0, 0.0], after=[0, 0.0])

    def add(
        self, points: np.ndarray, to_key: np.ndarray, record: Record, key2global: np.ndarray,
        boxes: tuple[dict[str, Box], dict[str, Box]], gap: float,
        images: Sequence[dict[str, Any]],
    ) -> None:
        """Add one pair.

        Args:
            points ((N, 4) float): of the sweep.
            to_key ((4, 4) float): to the frame of the keyframe's LiDAR, by the ego motion.
            record: of the sweep.
            key2global ((4, 4) float): of that frame.
            boxes: at the time of the sweep, and of the keyframe.
            gap: between the two, seconds.
            images: of the keyframe, see :func:`pixel_distances`.
        """
        far = np.linalg.norm(points[:, :3], axis=1) > MIN_RANGE
        xyz = points[:, :3].astype(np.float64) @ to_key[:3, :3].T + to_key[:3, 3]
        truth, owner, transforms = true_places(xyz, key2global, *boxes, gap)
        found = record.apply(xyz)
        moving = (owner >= 0) & far
        known = np.isfinite(found[:, 0])
        counted = self.points
        counted['static'] += int((owner < 0).sum())
        counted['static_moved'] += int((owner < 0)[record.cluster > 0].sum())
        counted['moving'] += int(moving.sum())
        counted['moving_found'] += int((moving & (record.cluster > 0)).sum())
        counted['moving_dropped'] += int((moving & ~known).sum())
        for number, transform in enumerate(record.transforms, start=1):
            rows = np.flatnonzero(record.cluster == number)
            if len(rows) < self.min_points:
                continue
            if np.isnan(transform).any():
                self.failed += 1
                continue
            owners = owner[rows]
            main = int(np.bincount(owners + 1).argmax()) - 1
            wanted = np.eye(4) if main < 0 else transforms[main]
            self.clusters.append(
                transform_error(transform.astype(np.float64), wanted, xyz[rows].mean(axis=0)))
        rows = np.flatnonzero(moving & known)
        for name, places in (('before', xyz), ('after', found)):
            _, distance = pixel_distances(truth[rows], places[rows], images)
            self.pixels[name][0] += len(distance)
            self.pixels[name][1] += float(distance.sum())

    def summary(self) -> dict[str, float]:
        """Numbers by name: shares in [0, 1], medians in metres and degrees, means in pixels."""
        errors = np.array(self.clusters).reshape(-1, 2)
        good = (errors < TOLERANCE).all(axis=1)
        counted = self.points
        return dict(
            clusters=len(errors), clusters_failed=self.failed,
            clusters_within_5cm_1deg=float(good.mean()) if len(good) else float('nan'),
            median_distance_m=float(np.median(errors[:, 0])) if len(good) else float('nan'),
            median_angle_deg=float(np.median(errors[:, 1])) if len(good) else float('nan'),
            static_points_exact=1 - counted['static_moved'] / max(counted['static'], 1),
            moving_points_found=counted['moving_found'] / max(counted['moving'], 1),
            moving_points_dropped=counted['moving_dropped'] / max(counted['moving'], 1),
            **{f'pixels_{name}': total / max(count, 1)
               for name, (count, total) in self.pixels.items()})
