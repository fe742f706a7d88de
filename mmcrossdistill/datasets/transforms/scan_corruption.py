"""Failures of the scanner in three severities, as Robo3D has them."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets.label_tables import IGNORE_INDEX
from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.registry import TRANSFORMS

from .point_selection import refuse_several_clouds, select_points
from .sample_seed import sample_generator

LEVELS = ('light', 'moderate', 'heavy')
# One value per level.
_LOST_BEAMS = (8, 16, 24)
_OTHER_SENSOR_STEPS = (4.0, 2.0, 1.33)  # drops every so many-th beam: 8, 16, 24 of 32
_CROSSTALK_SHARES = (0.03, 0.07, 0.12)
_LOST_ECHOES = (0.75, 0.85, 0.95)
_BLURS = (0.2, 0.3, 0.4)  # metres

_BEAMS = 32
_LOSABLE = np.arange(2, 29)  # beams that can go missing
_CROSSTALK_SIGMA = 3.0  # metres, and the intensity's own unit
_JITTER_SHARES = np.array([0.1, 0.1, 0.05])  # of the blur, along x, y, z
_ECHO_CLASSES = [CLASSES.index(name) for name in (
    'bicycle', 'bus', 'car', 'construction_vehicle', 'motorcycle', 'trailer', 'truck')]
_MIN_ECHOES = 10  # classes with no more points keep them

Corruption = Callable[[dict[str, Any], int, np.random.Generator], None]


def _lose_beams(results: dict[str, Any], level: int, generator: np.random.Generator) -> None:
    """Let beams go missing, distinct ones."""
    lost = generator.permutation(_LOSABLE)[:_LOST_BEAMS[level]]
    select_points(results, np.flatnonzero(~np.isin(_beams(results), lost)))


def _change_sensor(results: dict[str, Any], level: int, generator: np.random.Generator) -> None:
    """Drop beams evenly, then every other point of the others."""
    lost = np.arange(1, _BEAMS, _OTHER_SENSOR_STEPS[level]).astype(np.int64)
    select_points(results, np.flatnonzero(~np.isin(_beams(results), lost))[::2])


def _add_crosstalk(results: dict[str, Any], level: int, generator: np.random.Generator) -> None:
    """Throw points about; they belong to nothing any more."""
    points = results['points'].copy()
    # Stronger levels move the points of weaker ones, too, and to the same places.
    moved = generator.permutation(len(points))[:int(_CROSSTALK_SHARES[level] * len(points))]
    points[moved] += _CROSSTALK_SIGMA * generator.standard_normal(
        points.shape, dtype=np.float32)[moved]
    results['points'] = points
    if 'point_labels' in results:
        results['point_labels'] = results['point_labels'].copy()
        results['point_labels'][moved] = IGNORE_INDEX


def _lose_echoes(results: dict[str, Any], level: int, generator: np.random.Generator) -> None:
    """Drop most points of vehicles and cycles, class by class."""
    if 'point_labels' not in results:
        raise KeyError('incomplete_echo drops points by their class: put CorruptScan after '
                       'LoadPointLabels')
    labels = results['point_labels']
    kept = np.ones(len(labels), dtype=bool)
    for category in _ECHO_CLASSES:
        members = generator.permutation(np.flatnonzero(labels == category))
        if len(members) > _MIN_ECHOES:
            kept[members[:int(_LOST_ECHOES[level] * len(members))]] = False
    select_points(results, np.flatnonzero(kept))


def _blur(results: dict[str, Any], level: int, generator: np.random.Generator) -> None:
    """Move the whole scan, and each of its points a little."""
    points = results['points'].copy()
    shift = generator.standard_normal(3)
    jitter = generator.standard_normal((len(points), 3)) * _JITTER_SHARES
    points[:, :3] += (_BLURS[level] * (shift + jitter)).astype(np.float32)
    results['points'] = points


SCAN_CORRUPTIONS: dict[str, Corruption] = {
    'beam_missing': _lose_beams, 'cross_sensor': _change_sensor, 'crosstalk': _add_crosstalk,
    'incomplete_echo': _lose_echoes, 'motion_blur': _blur}


@TRANSFORMS.register_module()
class CorruptScan(BaseTransform):
    """Let the scanner fail; the same sample always fails in the same way.

    Needs ``points`` as loaded and ``token``; point labels and pairs follow. Put it right after
    LoadPoints and LoadPointLabels. Beams are the fifth value of a point in the file, as in
    nuScenes, which numbers them 0 to 31.

    - 'beam_missing': 8, 16, 24 of the beams 2 to 28 are gone.
    - 'cross_sensor': every 4th, every 2nd, three of four beams are gone, then every other point.
    - 'crosstalk': 3, 7, 12 % of the points move by N(0, 3 m), their intensity as well; their label
      is 255.
    - 'incomplete_echo': 75, 85, 95 % of the points of each class of vehicles and cycles are gone,
      where it has more than 10.
    - 'motion_blur': the scan moves by N(0, 0.2, 0.3, 0.4 m), each point by a tenth of that, by a
      twentieth along z.

    Source: Robo3D (Kong et al., ICCV 2023) and its scripts for nuScenes-C. The scripts have the
    light values of crosstalk and motion blur alone; moderate and heavy ones are ours. Their beams
    are drawn with replacement, so fewer than 8, 16, 24 go; here they are distinct. Fog, wet ground
    and snow need simulators of weather; read them from nuScenes-C
    (``tools/analysis_tools/test_corruptions.py --sets``).

    Args:
        corruption: one of the five.
        severity: 1 (light) to 3 (heavy).
        seed: of the random numbers.

    Raises:
        ValueError: if an option is unknown.
    """

    def __init__(self, corruption: str, severity: int, seed: int = 0) -> None:
        if corruption not in SCAN_CORRUPTIONS:
            raise ValueError(f'corruption={corruption!r} is not one of {sorted(SCAN_CORRUPTIONS)}')
        if severity not in range(1, len(LEVELS) + 1):
            raise ValueError(f'severity={severity!r} is not one of 1 to {len(LEVELS)}')
        self.corruption = corruption
        self.severity = severity
        self.seed = seed

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Corrupt the scan of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the sample has no token, or no labels where classes count.
            ValueError: if the sample holds several clouds, or beams are not known.
        """
        refuse_several_clouds(results)
        generator = sample_generator(results, self.seed, 'scan', self.corruption)
        SCAN_CORRUPTIONS[self.corruption](results, self.severity - 1, generator)
        return results


def _beams(results: dict[str, Any]) -> np.ndarray:
    """Read which beam each point is of.

    Args:
        results: data dict whose points are those of the file.

    Returns:
        (N,) int64: beams.

    Raises:
        ValueError: if the file does not say, or has other points.
    """
    lidar = results['lidar_points']
    path, width = lidar['lidar_path'], lidar['num_pts_feats']
    if width < 5:
        raise ValueError(f'{path} has {width} values per point, not a fifth that numbers the beam; '
                         'choose a corruption other than beam_missing and cross_sensor')
    beams = np.fromfile(path, dtype=np.float32).reshape(-1, width)[:, 4]
    if len(beams) != len(results['points']):
        raise ValueError(f'{path} has {len(beams)} points, the sample {len(results["points"])}: '
                         'put CorruptScan before every transform that drops points')
    return beams.astype(np.int64)
