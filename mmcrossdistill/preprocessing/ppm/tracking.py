"""Finding the clusters that move, and how."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .matching import match_distance
from .registration import Motion, propose_velocities, refine
from .settings import PpmSettings

_PLANE = 0.3  # metres across; thinner clusters are planes
_FAST = 4.0  # m/s; what moves so fast leaves most of its place
_NOISE = 0.04  # metres; scans that lie closer on each other have not moved
_SCORED_POINTS = 300  # of a cluster, to compare velocities
_REGISTERED_POINTS = 800  # of a cluster, to register it


@dataclass(frozen=True)
class Track:
    """One cluster that moves.

    Args:
        motion: of the cluster.
        residual: mean distance of the matches, metres.
        overlap: share of points with a match.
        deviation: standard deviation of the displacement at the ends of the window, metres.
    """

    motion: Motion
    residual: float
    overlap: float
    deviation: float

    def failed(self, settings: PpmSettings) -> bool:
        """Whether the registration is not to be trusted.

        Args:
            settings: parameters.
        """
        return (self.residual > settings.max_residual or self.overlap < settings.min_overlap
                or self.deviation > settings.max_deviation)


def candidate_clusters(
    xyz: np.ndarray, time: np.ndarray, cluster: np.ndarray, settings: PpmSettings,
) -> np.ndarray:
    """Choose the clusters that could move: on the road, neither tiny nor as large as a building.

    Args:
        xyz ((N, 3) float): points of all scans, metres.
        time ((N,) float): of each, seconds.
        cluster ((N,) int64): cluster of each point; -1 for none.
        settings: parameters.

    Returns:
        (K,) int64: ids, ascending.
    """
    clustered = cluster >= 0
    ids = cluster[clustered]
    if len(ids) == 0:
        return ids
    count = np.bincount(ids)
    low = np.full((len(count), 4), np.inf)
    high = np.full((len(count), 4), -np.inf)
    order = np.argsort(ids, kind='stable')
    filled = np.flatnonzero(count)
    starts = np.cumsum(count[filled]) - count[filled]
    values = np.column_stack([xyz, time])[clustered][order]
    low[filled] = np.minimum.reduceat(values, starts)
    high[filled] = np.maximum.reduceat(values, starts)
    extent = high - low
    possible = ((count >= settings.min_cluster_size) & (extent[:, 3] > 0)
                & (extent[:, :2].max(axis=1) < settings.max_extent)
                & (extent[:, 2] < settings.max_height) & (extent[:, 2] > settings.min_height)
                & (low[:, 2] + settings.sensor_height < settings.max_bottom))
    return np.flatnonzero(possible)


def _thin(count: int, limit: int) -> np.ndarray:
    """Choose at most so many rows, evenly."""
    return np.linspace(0, count - 1, min(count, limit)).astype(np.int64)


def _drifts(xyz: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Velocities of the middle of a cluster, of its extent and of the two ends of that.

    Args:
        xyz ((N, 3) float): its points in all scans, metres.
        time ((N,) float): of each, seconds.

    Returns:
        (4, 3) float: m/s, level.
    """
    times, scan = np.unique(time, return_inverse=True)
    count = np.bincount(scan)
    starts = np.cumsum(count) - count
    ordered = xyz[np.argsort(scan, kind='stable'), :2]
    low, high = (extreme.reduceat(ordered, starts) for extreme in (np.minimum, np.maximum))
    middle = np.add.reduceat(ordered, starts) / count[:, None]
    weight = count / count.sum()
    centred = times - weight @ times
    lever = weight * centred / (weight @ centred ** 2)
    return np.array([(*(lever @ place), 0.0) for place in (middle, (low + high) / 2, low, high)])


def _hangs_on_sensor(
    motion: Motion, xyz: np.ndarray, sensor_velocity: np.ndarray, still: np.ndarray,
    settings: PpmSettings,
) -> bool:
    """Tell a plane that seems to drive along with the sensor.

    The pattern of the beams on a wall beside the road stands still relative to the sensor, and so
    does the part of the wall that is in sight. A car ahead that is as fast shows its back.

    Args:
        motion: of the cluster.
        xyz ((N, 3) float): its points at the time of the keyframe, metres.
        sensor_velocity ((3,) float): m/s.
        still ((N,) float): distances of the matches without a motion, metres.
        settings: parameters.
    """
    speed = np.linalg.norm(sensor_velocity)
    apart = np.linalg.norm((motion.velocity - sensor_velocity)[:2])
    if speed < settings.min_speed or apart > max(0.5, 0.2 * speed):
        return False
    across = np.array([-motion.velocity[1], motion.velocity[0]]) / np.linalg.norm(motion.velocity)
    spread = np.abs((xyz - xyz.mean(axis=0))[:, :2] @ across)
    thin = np.quantile(spread, 0.8) < _PLANE
    covered = (still < settings.max_distance).mean()
    return bool(thin or (speed > _FAST and covered > 0.5))


def track_cluster(
    xyz: np.ndarray, time: np.ndarray, sensor_velocity: np.ndarray, settings: PpmSettings,
) -> Track | None:
    """Decide whether a cluster moves, and register its scans.

    Args:
        xyz ((N, 3) float): its points in all scans, metres, z up.
        time ((N,) float): of each, seconds from the keyframe.
        sensor_velocity ((3,) float): of the ego vehicle, m/s.
        settings: parameters.

    Returns:
        ``None`` if it stands still, else its track.
    """
    times = np.unique(time)
    late = time > (times[0] + times[-1]) / 2
    span = times[-1] - times[0]
    if min(late.sum(), (~late).sum()) < settings.min_cluster_size // 2:
        return None
    drifts = _drifts(xyz, time)
    if np.linalg.norm(drifts[:2], axis=1).mean() < settings.min_speed:
        return None
    centre = xyz[np.abs(time) == np.abs(time).min()].mean(axis=0)
    few = _thin(len(xyz), _SCORED_POINTS)
    still = match_distance(xyz[few], late[few], settings.max_distance).mean()
    if still < _NOISE:
        return None
    starts = [Motion(centre, velocity, 0.0)
              for velocity in [*propose_velocities(xyz[few], time[few], late[few]), *drifts]]
    moved = np.stack([start.to_time_zero(xyz[few], time[few]) for start in starts])
    scores = match_distance(moved, late[few], settings.max_distance).mean(axis=1)
    best = int(np.argmin(scores))
    if scores[best] > (1 - 0.8 * settings.min_gain) * still:
        return None
    some = _thin(len(xyz), _REGISTERED_POINTS)
    xyz, time, late = xyz[some], time[some], late[some]
    still = match_distance(xyz, late, settings.max_distance)
    motion, deviation = refine(starts[best], xyz, time, late, settings)
    moved = motion.to_time_zero(xyz, time)
    distance = match_distance(moved, late, settings.max_distance)
    speed = np.linalg.norm(motion.velocity)
    if (speed * span < settings.min_displacement or speed < settings.min_speed
            or distance.mean() > (1 - settings.min_gain) * still.mean()
            or _hangs_on_sensor(motion, moved, sensor_velocity, still, settings)):
        return None
    return Track(
        motion, float(distance.mean()), float((distance < settings.max_distance).mean()),
        deviation * span / 2)
