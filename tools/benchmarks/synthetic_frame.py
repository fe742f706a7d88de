"""Files of one synthetic keyframe, so that a benchmark runs a config's whole pipeline."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from data_pairs import IMAGE_SIZE, make_cameras, make_scan


def write_frame(folder: Path) -> dict[str, Any]:
    """Write a scan of nuScenes' size and six smooth images.

    Args:
        folder: where the files go.

    Returns:
        The data dict that a pipeline starts from.
    """
    scan = make_scan()
    scan.tofile(folder / 'scan.bin')
    cameras = make_cameras()
    for number, camera in enumerate(cameras.values()):
        coarse = np.random.randint(0, 256, (45, 80, 3), dtype=np.uint8)
        path = folder / f'{number}.jpg'
        cv2.imwrite(str(path), cv2.resize(coarse, IMAGE_SIZE[::-1]))
        camera['img_path'] = str(path)
    return dict(
        token='synthetic', lidar_points=dict(
            lidar_path=str(folder / 'scan.bin'), num_pts_feats=scan.shape[1]),
        images=cameras, view_names=list(cameras))
