"""KITTI's label files: one object per line, in the frame of the reference camera."""
from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically

# In the order of mmdet3d's KittiDataset; DontCare has the label -1.
KITTI_CLASSES = (
    'Pedestrian', 'Cyclist', 'Car', 'Van', 'Truck', 'Person_sitting', 'Tram', 'Misc')
DONT_CARE = 'DontCare'
_FIELDS = 15  # without the score


@dataclass
class KittiObjects:
    """Objects of one frame; the camera frame has x to the right, y down, z forwards.

    Args:
        name ((N,) str): classes.
        truncated ((N,) float): share outside the image, -1 where unknown.
        occluded ((N,) float): 0 visible, 1 partly, 2 largely, 3 unknown, -1 does not apply.
        alpha ((N,) float): direction as the camera sees it, radians.
        bbox ((N, 4) float): left, top, right, bottom, pixels.
        size ((N, 3) float): length, height, width, metres.
        location ((N, 3) float): centre of the bottom in the camera frame, metres.
        rotation_y ((N,) float): about the axis downwards, 0 where the length lies along x, radians.
        score ((N,) float): confidence; 0 for labels.
    """

    name: np.ndarray
    truncated: np.ndarray
    occluded: np.ndarray
    alpha: np.ndarray
    bbox: np.ndarray
    size: np.ndarray
    location: np.ndarray
    rotation_y: np.ndarray
    score: np.ndarray

    def __len__(self) -> int:
        return len(self.name)

    def __getitem__(self, rows: np.ndarray) -> KittiObjects:
        """Take some objects.

        Args:
            rows ((M,) int, or (N,) bool): which.
        """
        return KittiObjects(**{
            field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def from_rows(cls, names: list[str], rows: np.ndarray) -> KittiObjects:
        """Split the columns of a label file.

        Args:
            names: N classes.
            rows ((N, 15) float): the other columns, the score last.
        """
        rows = np.asarray(rows, dtype=np.float64).reshape(len(names), _FIELDS)
        height, width, length = rows[:, 7:10].T
        return cls(
            np.array(names, dtype=str), rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:7],
            np.stack([length, height, width], axis=1), rows[:, 10:13], rows[:, 13], rows[:, 14])

    def to_rows(self) -> np.ndarray:
        """Undo :meth:`from_rows`.

        Returns:
            (N, 15) float64.
        """
        single = [column[:, None] for column in (
            self.truncated, self.occluded, self.alpha, self.rotation_y, self.score)]
        return np.concatenate(
            [*single[:3], self.bbox, self.size[:, [1, 2, 0]], self.location, *single[3:]], axis=1)


def read_objects(path: str | Path) -> KittiObjects:
    """Read a label file or a file of results, which have a score more.

    Args:
        path: of the text file.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if a line has another number of columns, or a column is no number.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path} does not exist; extract label_2/ of KITTI')
    names, rows = [], []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        parts = line.split()
        if not parts:
            continue
        try:
            values = [float(part) for part in parts[1:]]
        except ValueError as error:
            raise ValueError(f'{path}, line {number}: {error}; extract label_2/ again') from error
        if len(parts) not in (_FIELDS, _FIELDS + 1):
            raise ValueError(
                f'{path}, line {number}: {len(parts)} columns instead of {_FIELDS}, or '
                f'{_FIELDS + 1} with a score; extract label_2/ again')
        names.append(parts[0])
        rows.append((*values, 0.0)[:_FIELDS])
    return KittiObjects.from_rows(names, np.array(rows))


def write_objects(path: str | Path, objects: KittiObjects) -> None:
    """Write a file of results, as the official evaluator reads it.

    Args:
        path: of the text file; its folder exists.
        objects: with scores.
    """
    # The official evaluator reads whole numbers for the occlusion.
    lines = [
        f'{name} {row[0]:.2f} {row[1]:.0f} ' + ' '.join(f'{value:.4f}' for value in row[2:])
        for name, row in zip(objects.name, objects.to_rows(), strict=True)]
    write_atomically(Path(path), ''.join(f'{line}\n' for line in lines).encode())
