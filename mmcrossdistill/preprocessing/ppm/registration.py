"""Registering the scans of one moving cluster.

The scans of a window are short, so the object is taken to move with constant velocity and turn
rate. Both are found from all scans at once: every scan is matched with scans from the other half of
the window, which overlap with it and yet tell far more of the velocity than its neighbours in time.
Two scans, a pair, are the special case.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .matching import match
from .settings import PpmSettings

_NEIGHBORS = 8  # that say how a surface lies
_FLATNESS = 0.05  # variance across a surface, as a share of that along it
_MIN_MATCHES = 6
_NOISE = 0.02  # of the LiDAR, metres
_DEPENDENT = 10  # matches that say as much as one independent one


@dataclass(frozen=True)
class Motion:
    """Constant velocity, and turn about the vertical axis through a centre that moves along.

    Args:
        centre ((3,) float): at time 0, metres.
        velocity ((3,) float): m/s.
        yaw_rate: rad/s.
    """

    centre: np.ndarray
    velocity: np.ndarray
    yaw_rate: float

    def to_time_zero(self, xyz: np.ndarray, time: np.ndarray) -> np.ndarray:
        """Move points from where the object was to where it is at time 0.

        Args:
            xyz ((N, 3) float): points, metres.
            time ((N,) float): of each, seconds.
        """
        angle = -self.yaw_rate * time
        cos, sin = np.cos(angle), np.sin(angle)
        offset = xyz - self.centre - time[:, None] * self.velocity
        return np.stack([cos * offset[:, 0] - sin * offset[:, 1],
                         sin * offset[:, 0] + cos * offset[:, 1],
                         offset[:, 2]], axis=1) + self.centre

    def matrix(self, time: float) -> np.ndarray:
        """The same for one time.

        Args:
            time: seconds.

        Returns:
            (4, 4) float64: maps the object at this time to time 0.
        """
        cos, sin = np.cos(-self.yaw_rate * time), np.sin(-self.yaw_rate * time)
        matrix = np.eye(4)
        matrix[:2, :2] = (cos, -sin), (sin, cos)
        matrix[:3, 3] = self.centre - matrix[:3, :3] @ (self.centre + time * self.velocity)
        return matrix


def propose_velocities(
    xyz: np.ndarray, time: np.ndarray, late: np.ndarray, count: int = 3,
) -> list[np.ndarray]:
    """Guess velocities: standstill, and the most frequent ones of pairs of points.

    Source: ICP-Flow starts from the peaks of a histogram of translations.

    Args:
        xyz ((N, 3) float): points, metres.
        time ((N,) float): of each, seconds.
        late ((N,) bool): their half of the window.
        count: peaks of the histogram.

    Returns:
        (3,) float each: m/s, level.
    """
    guesses = [np.zeros(3)]
    first, last = (np.flatnonzero(half)[::max(1, half.sum() // 100)] for half in (~late, late))
    offset = xyz[last][:, None] - xyz[first][None]
    near = np.abs(offset[..., 2]) < 0.2
    velocity = (offset / (time[last][:, None] - time[first])[..., None])[near][:, :2]
    cell = 0.5
    bins = np.round(velocity / cell).astype(np.int64)
    bins = bins[(np.abs(bins) < 80).all(axis=1)] + 80
    votes = np.bincount(bins[:, 0] * 161 + bins[:, 1], minlength=161 * 161).reshape(161, 161)
    padded = np.pad(votes, 1)
    smooth = sum(padded[x:x + 161, y:y + 161] for x in range(3) for y in range(3))
    for _ in range(count):
        x, y = np.unravel_index(smooth.argmax(), smooth.shape)
        if smooth[x, y] == 0:
            break
        guesses.append(np.array([x - 80, y - 80, 0]) * cell)
        smooth[max(0, x - 2):x + 3, max(0, y - 2):y + 3] = 0
    return guesses


def _surface_information(xy: np.ndarray) -> np.ndarray:
    """Describe how the surface around each point lies, seen from above.

    Args:
        xy ((N, 2) float): points at time 0, metres.

    Returns:
        (N, 2, 2) float: covariance, long along the surface and short across it.
    """
    neighbors = min(_NEIGHBORS, len(xy))
    index = cKDTree(xy, balanced_tree=False).query(xy, k=neighbors)[1].reshape(len(xy), -1)
    around = xy[index] - xy[index].mean(axis=1, keepdims=True)
    covariance = np.einsum('nki,nkj->nij', around, around)
    values, vectors = np.linalg.eigh(covariance)
    ratio = values[:, 0] / np.maximum(values[:, 1], 1e-12)
    short = np.maximum(ratio, _FLATNESS)
    scaled = np.stack([short, np.ones_like(short)], axis=1)
    return np.einsum('nik,nk,njk->nij', vectors, scaled, vectors)


def _inverse(matrices: np.ndarray) -> np.ndarray:
    """Invert small symmetric matrices without a call of the library for each.

    Args:
        matrices ((N, 2, 2) float): positive definite.

    Returns:
        (N, 2, 2) float.
    """
    a, b, d = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 1]
    adjoint = np.stack([d, -b, -b, a], axis=1).reshape(-1, 2, 2)
    return adjoint / (a * d - b * b)[:, None, None]


def refine(
    motion: Motion, xyz: np.ndarray, time: np.ndarray, late: np.ndarray, settings: PpmSettings,
) -> tuple[Motion, float]:
    """Improve a motion by iterated closest points, surface to surface as seen from above.

    A point says nothing of where its match lies along the surface: otherwise the pattern of the
    beams, which stands still relative to the sensor, would hold the object back.
    Source: generalised ICP; the joint solution for a constant velocity is ours.

    Args:
        motion: start.
        xyz ((N, 3) float): points, metres.
        time ((N,) float): of each, seconds.
        late ((N,) bool): their half of the window.
        settings: parameters.

    Returns:
        The motion, and the standard deviation of its velocity in the direction in which the matches
        say least of it, m/s; infinite without matches.
    """
    deviation = np.inf
    for iteration in range(settings.iterations):
        moved = motion.to_time_zero(xyz, time)
        if iteration in (0, settings.iterations // 2):
            surface = _surface_information(moved[:, :2])
        left, right = match(moved, late, settings.max_distance)
        if len(left) < _MIN_MATCHES:
            return motion, np.inf
        residual = moved[left] - moved[right]
        gap = time[right] - time[left]
        weight = _inverse(surface[left] + surface[right])
        pull = np.einsum('nij,nj->ni', weight, residual[:, :2])
        error = np.einsum('ni,ni->n', residual[:, :2], pull)
        usual = float(np.median(error))
        # Half of the matches carry full weight, those that fit worse less (Geman-McClure).
        scale = usual * 4 + 1e-6
        trust = (scale / (scale + error)) ** 2
        arm = moved[:, :2] - motion.centre[:2]
        turn = np.stack([arm[:, 1], -arm[:, 0]], axis=1)  # d(to_time_zero) / d(yaw_rate * time)
        jacobian = np.zeros((len(left), 2, 3))
        jacobian[:, 0, 0] = jacobian[:, 1, 1] = gap
        jacobian[:, :, 2] = turn[left] * time[left, None] - turn[right] * time[right, None]
        weighted = np.matmul(weight * trust[:, None, None], jacobian)
        hessian = jacobian.reshape(-1, 3).T @ weighted.reshape(-1, 3)
        gradient = jacobian.reshape(-1, 3).T @ (pull * trust[:, None]).ravel()
        # Matches of neighbouring points are not independent: they count as fewer.
        noise = max(usual, _NOISE ** 2) * _DEPENDENT
        prior = np.array([1e-6, 1e-6, noise / settings.yaw_rate_prior ** 2])
        gradient[2] += prior[2] * motion.yaw_rate
        hessian += np.diag(prior)
        step = -np.linalg.solve(hessian, gradient)
        covariance = noise * np.linalg.inv(hessian)[:2, :2]
        deviation = float(np.sqrt(np.linalg.eigvalsh(covariance)[-1]))
        climb = 0.0
        if settings.dof == 4:
            climb = -(trust @ (gap * residual[:, 2])) / max(trust @ gap ** 2, 1e-9)
        velocity = motion.velocity + (*step[:2], climb)
        motion = Motion(motion.centre, velocity, motion.yaw_rate + step[2])
        if np.abs(step).max() < 1e-3:
            break
    return motion, deviation
