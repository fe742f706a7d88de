"""What positive pair mining leaves on disk: one file per keyframe, a record per sweep."""
from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmcrossdistill.utils.atomic_file import write_atomically


@dataclass(frozen=True)
class Record:
    """The moving clusters of one sweep.

    Args:
        cluster ((N,) uint16): of each point in the order of the file; 0 for what stands still.
        transforms ((C, 4, 4) float32): of the clusters 1, 2, ...: maps a point that the ego motion
            has brought into the frame of the keyframe's LiDAR to where it is at the time of the
            keyframe; NaN where the registration failed.
    """

    cluster: np.ndarray
    transforms: np.ndarray

    def apply(self, xyz: np.ndarray) -> np.ndarray:
        """Move the points of moving clusters; all others stay exactly where they are.

        Args:
            xyz ((N, 3) float): points in the frame of the keyframe's LiDAR, by the ego motion.

        Returns:
            (N, 3) of the same kind: points at the time of the keyframe; NaN where that is unknown.

        Raises:
            ValueError: if the record is of another cloud.
        """
        if len(xyz) != len(self.cluster):
            raise ValueError(
                f'the record is of {len(self.cluster)} points, the cloud has {len(xyz)}; write the '
                'records again with tools/preprocess/ppm.py')
        moved = xyz.copy()
        row = np.flatnonzero(self.cluster)
        matrix = self.transforms[self.cluster[row].astype(np.int64) - 1]
        moved[row] = np.einsum('nij,nj->ni', matrix[:, :3, :3], xyz[row]) + matrix[:, :3, 3]
        return moved


def record_path(folder: str | Path, token: str) -> Path:
    """Name the file of a keyframe.

    Args:
        folder: of the records.
        token: of the keyframe.
    """
    return Path(folder, f'{token}.npz')


def write_records(path: Path, records: Mapping[str, Record]) -> None:
    """Write the records of a keyframe, whole or not at all; equal records give equal bytes.

    Args:
        path: of the file.
        records: by ``sample_data_token`` of the sweep.
    """
    content = {}
    for token, record in records.items():
        content[f'{token}/cluster'] = record.cluster
        content[f'{token}/transforms'] = record.transforms
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **content)
    write_atomically(path, buffer.getvalue())


def list_records(path: Path) -> list[str]:
    """List the sweeps of a keyframe that have a record.

    Args:
        path: of the file.

    Returns:
        Their ``sample_data_token``.

    Raises:
        FileNotFoundError: if there is no file.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f'records {path} do not exist; write them with tools/preprocess/ppm.py, or correct '
            'the folder of LoadInterFrameCloud')
    with np.load(path) as content:
        return [name.split('/')[0] for name in content.files if name.endswith('/cluster')]


def read_record(path: Path, token: str) -> Record:
    """Read the record of one sweep; the others of the file are not decoded.

    Args:
        path: of the keyframe's file, see :func:`list_records`.
        token: of the sweep.

    Raises:
        KeyError: if the keyframe has no record of the sweep.
    """
    with np.load(path) as content:
        if f'{token}/cluster' not in content.files:
            raise KeyError(f'{path} has no record of the sweep {token}')
        return Record(content[f'{token}/cluster'], content[f'{token}/transforms'])
