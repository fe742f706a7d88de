"""The nuScenes sensor rig: mounts, intrinsics and trigger times."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mount:
    """A sensor on the ego vehicle, as a nuScenes ``calibrated_sensor``.

    Args:
        channel: nuScenes channel name.
        translation ((3,) float): in the ego frame (m).
        rotation ((4,) float): quaternion w, x, y, z, sensor to ego.
        intrinsic ((3,) float): focal length, cx, cy at 900 x 1600 pixels; None for the LiDAR.
        delay: trigger time relative to the LiDAR's (s).
    """

    channel: str
    translation: tuple[float, float, float]
    rotation: tuple[float, float, float, float]
    intrinsic: tuple[float, float, float] | None
    delay: float

    def sensor2ego(self) -> np.ndarray:
        """Return the (4, 4) float64 mount."""
        matrix = np.eye(4)
        matrix[:3, :3] = quaternion_matrix(self.rotation)
        matrix[:3, 3] = self.translation
        return matrix

    def camera_matrix(self, image_size: tuple[int, int]) -> np.ndarray:
        """Scale the intrinsics to an image size.

        Args:
            image_size ((2,) int): (H, W) in pixels.

        Returns:
            (3, 3) float64 ``cam2img``.
        """
        focal, cx, cy = self.intrinsic
        sy, sx = image_size[0] / 900, image_size[1] / 1600
        return np.array([[focal * sx, 0, cx * sx], [0, focal * sy, cy * sy], [0, 0, 1.0]])


def quaternion_matrix(quaternion: tuple[float, ...]) -> np.ndarray:
    """Convert a unit quaternion (w, x, y, z) to a (3, 3) float64 rotation."""
    w, x, y, z = np.asarray(quaternion, float) / np.linalg.norm(quaternion)
    return np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                     [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                     [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


# Source: calibrated_sensor of nuScenes scene-0061; delays from its first sample's timestamps.
LIDAR = Mount('LIDAR_TOP', (0.943713, 0.0, 1.84023),
              (0.7077955, -0.0064922, 0.0106462, -0.7063073), None, 0.0)
CAMERAS: tuple[Mount, ...] = (
    Mount('CAM_FRONT_LEFT', (1.5238780, 0.4946313, 1.5093282),
          (0.6757265, -0.6736266, 0.2121402, -0.2112282), (1272.598, 826.615, 479.752), -0.0431),
    Mount('CAM_FRONT', (1.7007912, 0.0159456, 1.5109576),
          (0.4998015, -0.5030316, 0.4997798, -0.4973708), (1266.417, 816.267, 491.507), -0.0355),
    Mount('CAM_FRONT_RIGHT', (1.5508478, -0.4934048, 1.4957480),
          (0.2060347, -0.2026941, 0.6824508, -0.6713611), (1260.847, 807.968, 495.334), -0.0276),
    Mount('CAM_BACK_RIGHT', (1.0148781, -0.4805682, 1.5623954),
          (0.1228098, -0.1324008, -0.7004306, 0.6904960), (1259.514, 807.253, 501.196), -0.0201),
    Mount('CAM_BACK', (0.0283260, 0.0034514, 1.5791035),
          (0.5037873, -0.4974025, -0.4941850, 0.5045496), (809.221, 829.220, 481.778), -0.0104),
    Mount('CAM_BACK_LEFT', (1.0356910, 0.4847950, 1.5909701),
          (0.6924186, -0.7031619, -0.1164834, 0.1120332), (1256.741, 792.113, 492.776), -0.0005))

KEYFRAME_RATE, LIDAR_RATE, CAMERA_RATE = 2, 20, 12  # Hz
START = 0.1  # LiDAR time of the first keyframe after the world's time zero (s)


def camera_rays(mount: Mount, image_size: tuple[int, int]) -> np.ndarray:
    """Unit rays through all pixel centres.

    Args:
        mount: a camera.
        image_size ((2,) int): (H, W) in pixels.

    Returns:
        (H * W, 3) float32 directions in the camera frame, row by row.
    """
    matrix = mount.camera_matrix(image_size)
    v, u = np.mgrid[:image_size[0], :image_size[1]] + 0.5
    rays = np.stack([(u - matrix[0, 2]) / matrix[0, 0], (v - matrix[1, 2]) / matrix[1, 1],
                     np.ones_like(u)], axis=-1).reshape(-1, 3)
    return (rays / np.linalg.norm(rays, axis=1, keepdims=True)).astype(np.float32)
