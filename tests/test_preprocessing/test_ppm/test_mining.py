"""Tests of positive pair mining on a scene with known motion."""
from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mmcrossdistill.preprocessing.ppm.mining import Scan, mine
from mmcrossdistill.preprocessing.ppm.settings import PpmSettings

from .conftest import SENSOR_HEIGHT, Scene

RANSAC = PpmSettings(ground='ransac')


def _check(scene: Scene, settings: PpmSettings) -> None:
    records = mine(scene.scans, np.eye(4), settings)
    lift = np.eye(4)
    lift[2, 3] = SENSOR_HEIGHT
    for scan, owner, record in zip(scene.scans, scene.owner, records, strict=True):
        xyz = scan.points[:, :3] @ scan.to_key[:3, :3].T + scan.to_key[:3, 3]
        moved = record.apply(xyz)
        near = np.linalg.norm(scan.points[:, :3], axis=1) > 2.7
        static = owner < 2
        assert (moved[static] == xyz[static]).all()  # exact identity
        for number, motion in enumerate(scene.motions):
            rows = (owner == number + 2) & near
            truth = np.linalg.inv(lift) @ motion.matrix(scan.time) @ lift
            clusters = np.unique(record.cluster[rows])
            assert (record.cluster[rows] > 0).mean() > 0.9
            assert len(clusters[clusters > 0]) == 1
            found = record.transforms[clusters.max() - 1].astype(np.float64)
            centre = np.append(xyz[rows].mean(axis=0), 1)
            assert np.linalg.norm((found - truth) @ centre) < 0.05
            turn = found[:3, :3] @ truth[:3, :3].T
            assert np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))) < 1


def test_moving_clusters_are_moved_back(scene: Scene) -> None:
    _check(scene, RANSAC)


def test_patchwork_and_a_tilted_sensor(scene: Scene) -> None:
    pytest.importorskip('pypatchworkpp')
    records = mine(scene.scans, np.eye(4), PpmSettings())
    again = mine(scene.scans, np.eye(4), PpmSettings())
    for first, second in zip(records, again, strict=True):
        np.testing.assert_array_equal(first.cluster, second.cluster)
        np.testing.assert_array_equal(first.transforms, second.transforms)
    assert len(records[0].transforms) >= 3


def test_hdbscan_finds_them_too(scene: Scene) -> None:
    few = dataclasses.replace(scene, scans=scene.scans[:3], owner=scene.owner[:3])
    records = mine(few.scans, np.eye(4), dataclasses.replace(RANSAC, clustering='hdbscan'))
    car = records[1].cluster[few.owner[1] == 2]
    assert (car > 0).mean() > 0.8


def test_failed_registrations_are_nan(scene: Scene) -> None:
    strict = dataclasses.replace(RANSAC, max_residual=0.0)
    records = mine(scene.scans, np.eye(4), strict)
    assert len(records[1].transforms) >= 3 and np.isnan(records[1].transforms).all()
    moved = records[1].apply(scene.scans[1].points[:, :3])
    assert np.isnan(moved[records[1].cluster > 0]).all()


def test_a_window_without_objects() -> None:
    generator = np.random.default_rng(0)
    scans = [Scan(np.column_stack([generator.uniform(-20, 20, (500, 2)), np.full(500, -1.84),
                                   np.zeros(500)]).astype(np.float32), np.eye(4), time)
             for time in (0.0, 0.1)]
    for record in mine(scans, np.eye(4), RANSAC):
        assert not record.cluster.any() and record.transforms.shape == (0, 4, 4)
