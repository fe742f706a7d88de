"""Files in the layout of SemanticKITTI."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

P2 = '700 0 600 45 0 700 170 0.2 0 0 1 0.003'
TR = '0 -1 0 0.1 0 0 -1 -0.08 1 0 0 -0.27'
POSES = ['1 0 0 0 0 1 0 0 0 0 1 0', '1 0 0 0 0 1 0 0 0 0 1 1.5', '0 0 1 2 0 1 0 0 -1 0 0 3']


def write_sequence(root: Path, name: str, frames: list[str]) -> Path:
    """A sequence in the layout of the data set."""
    folder = root / 'sequences' / name
    for kind in ('velodyne', 'image_2', 'labels'):
        (folder / kind).mkdir(parents=True)
    for frame in frames:
        np.zeros((3, 4), np.float32).tofile(folder / 'velodyne' / f'{frame}.bin')
        cv2.imwrite(str(folder / 'image_2' / f'{frame}.png'), np.zeros((6, 20, 3), np.uint8))
    (folder / 'calib.txt').write_text(f'P0: {P2}\nP2: {P2}\nTr: {TR}\n')
    (folder / 'poses.txt').write_text('\n'.join(POSES) + '\n')
    (folder / 'times.txt').write_text('0.0\n1.036e-01\n2.07e-01\n')
    return folder
