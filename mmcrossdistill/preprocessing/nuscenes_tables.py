"""The nuScenes tables, read straight from their json files.

The devkit's ``NuScenes`` object keeps every row of every table as a dict (several GB on the full
data set) and reverse-indexes them; info files need a few columns of a few tables, once.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

VERSIONS = ('v1.0-trainval', 'v1.0-mini', 'v1.0-test')


class SampleData(NamedTuple):
    """One row of ``sample_data``: a file of one sensor at one time.

    Fields as in the table; ``timestamp`` is in microseconds, ``width`` and ``height`` in pixels.
    """

    token: str
    sample_token: str
    ego_pose_token: str
    calibrated_sensor_token: str
    timestamp: int
    filename: str
    prev: str
    is_key_frame: bool
    width: int
    height: int


@dataclass
class NuscenesTables:
    """What the info builder needs of the tables, indexed by token.

    Args:
        folder: of the json files, for messages.
        scenes: rows of ``scene``, in table order.
        samples: rows of ``sample`` of each scene, by time.
        keyframes: token of the keyframe file of (sample token, channel).
        sample_data: LiDAR and camera files.
        ego_poses: rotation (w, x, y, z) and translation of each pose.
        calibrations: rows of ``calibrated_sensor``.
        annotations: rows of ``sample_annotation``.
        annotations_of: annotation tokens of each sample, in table order.
        category_of: category name of each instance.
        lidarseg: label file of each LiDAR keyframe; empty if lidarseg is not installed.
        panoptic: panoptic file of each LiDAR keyframe; empty if it is not installed.
    """

    folder: Path
    scenes: list[dict[str, Any]]
    samples: dict[str, list[dict[str, Any]]]
    keyframes: dict[tuple[str, str], str]
    sample_data: dict[str, SampleData]
    ego_poses: dict[str, tuple[list[float], list[float]]]
    calibrations: dict[str, dict[str, Any]]
    annotations: dict[str, dict[str, Any]]
    annotations_of: dict[str, list[str]]
    category_of: dict[str, str]
    lidarseg: dict[str, str]
    panoptic: dict[str, str]


def find_version(root: Path, version: str | None) -> str:
    """Find the folder of tables.

    Args:
        root: of the data set.
        version: its name, or ``None`` for the only one there is.

    Returns:
        The name.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if there are several and none is named.
    """
    found = [name for name in VERSIONS if (root / name).is_dir()]
    if version is not None and (root / version).is_dir():
        return version
    if version is not None or not found:
        raise FileNotFoundError(
            f'{root} has no folder {version or " or ".join(VERSIONS)}, so it is not the root of a '
            'nuScenes data set; pass the folder that holds samples/ and the tables with --root')
    if len(found) > 1:
        raise ValueError(f'{root} holds {found}; choose one with --version')
    return found[0]


def read_rows(
    folder: Path, table: str, row: Callable[[dict[str, Any]], Any] | None = None,
    required: bool = True,
) -> list[Any]:
    """Read one table.

    Args:
        folder: of the json files.
        table: name without the suffix.
        row: called on each row while parsing, so that a large table is never held as dicts.
        required: whether a missing table is an error; else it is empty.

    Raises:
        FileNotFoundError: if the table is missing.
        ValueError: if it is no valid json.
        KeyError: if a row lacks a key.
    """
    path = folder / f'{table}.json'
    if not path.is_file():
        if not required:
            return []
        raise FileNotFoundError(
            f'table {path} does not exist; extract the metadata archive of nuScenes (or generate '
            'MiniDrive again) so that all tables are there')
    try:
        with path.open() as file:
            return json.load(file, object_hook=row)
    except json.JSONDecodeError as error:
        raise ValueError(f'table {path} is not valid json ({error}); extract it again') from error
    except KeyError as error:
        raise KeyError(f'table {path} has a row without the key {error}; extract it again'
                       ) from error


def read_tables(root: Path, version: str) -> NuscenesTables:
    """Read and index the tables.

    Args:
        root: of the data set.
        version: folder of the tables.

    Returns:
        The indexed tables.
    """
    folder = root / version
    channel_of_sensor = {row['token']: row['channel'] for row in read_rows(folder, 'sensor')}
    calibrations = {
        row['token']: {**row, 'channel': channel_of_sensor[row['sensor_token']]}
        for row in read_rows(folder, 'calibrated_sensor')}
    used = {token for token, row in calibrations.items()
            if row['channel'] == 'LIDAR_TOP' or row['channel'].startswith('CAM_')}

    def file_row(row: dict[str, Any]) -> SampleData | None:
        """Keep the columns of LiDAR and camera files."""
        if row['calibrated_sensor_token'] not in used:
            return None
        return SampleData(**{name: row[name] for name in SampleData._fields})

    sample_data = {
        row.token: row for row in read_rows(folder, 'sample_data', file_row) if row is not None}
    keyframes = {
        (row.sample_token, calibrations[row.calibrated_sensor_token]['channel']): row.token
        for row in sample_data.values() if row.is_key_frame}
    needed = {row.ego_pose_token for row in sample_data.values()}

    def pose_row(row: dict[str, Any]) -> tuple[str, tuple[list[float], list[float]]] | None:
        """Keep the poses of those files."""
        if row['token'] not in needed:
            return None
        return row['token'], (row['rotation'], row['translation'])

    ego_poses = dict(
        row for row in read_rows(folder, 'ego_pose', pose_row) if row is not None)
    scenes = read_rows(folder, 'scene')
    samples: dict[str, list[dict[str, Any]]] = {row['token']: [] for row in scenes}
    for row in read_rows(folder, 'sample'):
        samples[row['scene_token']].append(row)
    for rows in samples.values():
        rows.sort(key=lambda row: row['timestamp'])

    category_name = {row['token']: row['name'] for row in read_rows(folder, 'category')}
    category_of = {row['token']: category_name[row['category_token']]
                   for row in read_rows(folder, 'instance')}
    annotations = {row['token']: row for row in read_rows(folder, 'sample_annotation')}
    annotations_of: dict[str, list[str]] = {}
    for token, row in annotations.items():
        annotations_of.setdefault(row['sample_token'], []).append(token)
    masks = {
        name: {row['sample_data_token']: Path(row['filename']).name
               for row in read_rows(folder, name, required=False)}
        for name in ('lidarseg', 'panoptic')}
    return NuscenesTables(
        folder, scenes, samples, keyframes, sample_data, ego_poses, calibrations, annotations,
        annotations_of, category_of, **masks)
