"""The road: a curved reference line, its cross-section, a crossing road and painted markings.

Positions along the road are (s, d): arc length ahead and offset to the left of the reference line,
which is the boundary between the two directions of traffic. Traffic keeps to the right.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KERB = 0.15  # height of sidewalks and islands (m)


@dataclass(frozen=True)
class Road:
    """Geometry of one world's streets.

    Args:
        curvature: of the reference line (1/m), never zero.
        lane_width: of a lane (m).
        lanes: lanes per direction.
        parking: width of the parking strip on each side (m), 0 for none.
        median: half width of the island between the directions (m), 0 for none.
        verge: width of the strip between kerb and sidewalk (m), 0 for none.
        sidewalk: width of the sidewalk (m).
        cross_s: where the crossing road lies (m), inf for none.
        cross_half: its half width (m).
        center_line: 'double', 'dashed' or 'solid'.
        center_yellow: whether the centre line is yellow.
    """

    curvature: float
    lane_width: float
    lanes: int
    parking: float
    median: float
    verge: float
    sidewalk: float
    cross_s: float
    cross_half: float
    center_line: str
    center_yellow: bool

    @property
    def half(self) -> float:
        """Half width of the carriageway with parking (m)."""
        return self.median + self.lanes * self.lane_width + self.parking

    @property
    def frontage(self) -> float:
        """Offset at which the sidewalk ends (m)."""
        return self.half + self.verge + self.sidewalk

    def lane_center(self, lane: int) -> float:
        """Distance of a lane's middle from the reference line (m); lane 0 is the inner one."""
        return self.median + (lane + 0.5) * self.lane_width

    def to_xy(self, s: np.ndarray | float, d: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Convert road positions to world positions.

        Args:
            s ((...) float): along the road (m).
            d ((...) float): to the left of it (m).

        Returns:
            x and y, each (...) float (m).
        """
        angle = np.asarray(s, np.float64) * self.curvature
        radius = 1 / self.curvature - np.asarray(d, np.float64)
        return np.sin(angle) * radius, 1 / self.curvature - np.cos(angle) * radius

    def to_sd(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Invert ``to_xy``; the arguments and results keep their order and shapes."""
        radius = 1 / self.curvature
        sign = np.sign(radius)
        dx, dy = x * sign, (radius - y) * sign
        return np.arctan2(dx, dy) / self.curvature, radius - sign * np.hypot(dx, dy)

    def heading(self, s: float) -> float:
        """Direction of the reference line at ``s`` (rad)."""
        return s * self.curvature

    def is_road(self, s: np.ndarray, d: np.ndarray) -> np.ndarray:
        """Whether positions lie on a carriageway.

        Args:
            s ((...) float): along the road (m).
            d ((...) float): to the left (m).

        Returns:
            (...) bool.
        """
        across = np.abs(s - self.cross_s) < self.cross_half
        along = (np.abs(d) < self.half) & (np.abs(d) >= self.median)
        return along | across

    def is_sidewalk(self, s: np.ndarray, d: np.ndarray) -> np.ndarray:
        """Whether positions lie on a sidewalk, with the arguments of ``is_road``."""
        inner, outer = self.half + self.verge, self.frontage
        along = (np.abs(d) >= inner) & (np.abs(d) < outer)
        gap = np.abs(s - self.cross_s) - self.cross_half
        corner = (np.abs(d) >= self.half) & (np.abs(d) < outer) & (gap < self.sidewalk + 1.5)
        beside = (gap >= 0) & (gap < self.sidewalk) & (np.abs(d) >= self.half)
        return (along | beside | corner) & ~self.is_road(s, d)

    def marking(self, s: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find painted markings.

        Args:
            s ((N,) float): along the road (m).
            d ((N,) float): to the left (m).

        Returns:
            (N,) bool for white and (N,) bool for yellow paint.
        """
        offset, ahead = np.abs(d), np.abs(s - self.cross_s) - self.cross_half
        dash = np.mod(s, 9.0) < 3.5
        white = np.zeros(s.shape, bool)
        for lane in range(1, self.lanes):
            white |= (np.abs(offset - self.median - lane * self.lane_width) < 0.08) & dash
        edge = self.median + self.lanes * self.lane_width
        if self.parking:
            bay = (np.mod(s, 6.0) < 0.12) & (offset > edge) & (offset < self.half)
            white |= (np.abs(offset - edge) < 0.06) | bay
        else:
            white |= np.abs(offset - self.half + 0.3) < 0.07
        if self.median:
            center = np.abs(offset - self.median - 0.25) < 0.08
        elif self.center_line == 'double':
            center = np.abs(offset - 0.16) < 0.07
        else:
            center = (offset < 0.09) & (dash | (self.center_line == 'solid'))
        on_main = ahead > self.sidewalk + 1.0
        yellow = center & on_main if self.center_yellow else np.zeros(s.shape, bool)
        white = (white | (center & (not self.center_yellow))) & on_main
        zebra = (ahead > 0.8) & (ahead < 3.6) & (np.mod(d, 1.1) < 0.55) & (offset < self.half)
        # Each direction stops before the zebra, on its own half of the road.
        approaching = (s - self.cross_s) * d > 0
        stop = (ahead > 4.3) & (ahead < 4.8) & approaching & (offset < edge)
        beside = offset - self.half
        across = (np.abs(s - self.cross_s) < self.cross_half)
        zebra |= across & (beside > 0.8) & (beside < 3.6) & (np.mod(s, 1.1) < 0.55)
        divider = across & (np.abs(s - self.cross_s) < 0.08) & (beside > 5) & (np.mod(d, 6) < 3)
        keep_clear = offset >= self.median
        return (white | ((zebra | stop) & keep_clear) | divider), yellow & keep_clear


def random_road(rng: np.random.Generator) -> Road:
    """Draw one world's streets.

    Args:
        rng: random state.

    Returns:
        The road.
    """
    bend = rng.choice([-1, 1]) * (1 / rng.uniform(180, 500) if rng.random() < 0.5 else 1e-5)
    lanes = int(rng.choice([1, 2], p=[.55, .45]))
    crossing = rng.random() < 0.7
    return Road(
        curvature=float(bend), lane_width=float(rng.uniform(3.2, 3.7)), lanes=lanes,
        parking=2.3 if rng.random() < 0.7 else 0.0,
        median=float(rng.uniform(.6, 1.6)) if lanes == 2 and rng.random() < .45 else 0.0,
        verge=float(rng.uniform(1.0, 2.2)) if rng.random() < .5 else 0.0,
        sidewalk=float(rng.uniform(2.2, 4.5)),
        cross_s=float(rng.uniform(22, 45)) if crossing else float('inf'),
        cross_half=float(rng.uniform(3.5, 6.5)) if crossing else 0.0,
        center_line=str(rng.choice(['double', 'dashed', 'solid'])),
        center_yellow=bool(rng.random() < .6))
