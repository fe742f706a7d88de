"""What a click into a scene of points and pictures hits."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ImagePlane:
    """A picture that stands in the scene where its camera would see it.

    The plane is perpendicular to the optical axis, so that the line from the camera to a point
    passes the plane at the point's pixel.

    Args:
        cam2img ((3, 3) float): intrinsics, pixels.
        lidar2cam ((4, 4) float): extrinsics, metres.
        image_size: (H, W) in pixels.
        distance (> 0): from the camera to the plane, metres.
    """

    cam2img: np.ndarray
    lidar2cam: np.ndarray
    image_size: tuple[int, int]
    distance: float

    @property
    def rotation(self) -> np.ndarray:
        """(3, 3) float: camera axes (right, down, forward) in the lidar frame."""
        return self.lidar2cam[:3, :3].T

    @property
    def origin(self) -> np.ndarray:
        """(3,) float: position of the camera in the lidar frame, metres."""
        return -self.rotation @ self.lidar2cam[:3, 3]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the plane, metres."""
        height, width = self.image_size
        return (width * self.distance / float(self.cam2img[0, 0]),
                height * self.distance / float(self.cam2img[1, 1]))

    def to_scene(self, uv: np.ndarray) -> np.ndarray:
        """Find pixels on the plane.

        Args:
            uv ((M, 2) float): pixels.

        Returns:
            (M, 3) float: in the lidar frame, metres.
        """
        pixels = np.concatenate([uv, np.ones((len(uv), 1))], axis=1)
        return self.origin + (
            self.distance * pixels @ np.linalg.inv(self.cam2img).T) @ self.rotation.T

    @property
    def centre(self) -> np.ndarray:
        """(3,) float: middle of the picture in the lidar frame, metres."""
        height, width = self.image_size
        return self.to_scene(np.array([[width / 2, height / 2]]))[0]

    @property
    def corners(self) -> np.ndarray:
        """(4, 3) float: corners of the picture in turn, in the lidar frame, metres."""
        height, width = self.image_size
        return self.to_scene(np.array([[0, 0], [width, 0], [width, height], [0, height]]))

    def hit(self, origin: np.ndarray, direction: np.ndarray
            ) -> tuple[float, tuple[float, float]] | None:
        """Intersect a ray with the picture.

        Args:
            origin ((3,) float): of the ray, lidar frame, metres.
            direction ((3,) float): of the ray, of length 1.

        Returns:
            Distance along the ray in metres and the pixel (u, v), or ``None`` if it misses.
        """
        start, step = (self.rotation.T @ v for v in (origin - self.origin, direction))
        if abs(step[2]) < 1e-9:
            return None
        length = (self.distance - start[2]) / step[2]
        u, v, _ = self.cam2img @ (start + length * step) / self.distance
        height, width = self.image_size
        if length <= 0 or not (0 <= u < width and 0 <= v < height):
            return None
        return float(length), (float(u), float(v))


def point_on_ray(points: np.ndarray, origin: np.ndarray, direction: np.ndarray,
                 max_angle: float = 0.012) -> tuple[float, int] | None:
    """Find the point that a click means: the one nearest to the ray as the eye sees it.

    Args:
        points ((N, 3) float): metres.
        origin ((3,) float): of the ray, metres.
        direction ((3,) float): of the ray, of length 1.
        max_angle: tangent of the widest angle between ray and point.

    Returns:
        Distance along the ray in metres and the row of the point, or ``None`` if none is near.
    """
    offset = points - origin
    along = offset @ direction
    ahead = np.flatnonzero(along > 0.1)
    if len(ahead) == 0:
        return None
    across = np.linalg.norm(offset[ahead] - along[ahead, None] * direction, axis=1)
    tangent = across / along[ahead]
    best = int(tangent.argmin())
    if tangent[best] > max_angle:
        return None
    return float(along[ahead[best]]), int(ahead[best])
