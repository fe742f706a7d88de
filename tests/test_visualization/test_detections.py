"""Submissions in the lidar frame, and their report, on the tiny world."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmengine.fileio import load
from nuscenes import NuScenes

from mmcrossdistill.visualization.detection_errors import ERROR_COLOURS, compare_boxes
from mmcrossdistill.visualization.detection_report import detection_report, pick_keyframes
from mmcrossdistill.visualization.detections import (
    Boxes,
    predicted_boxes,
    read_submission,
    true_boxes,
)


@pytest.fixture(scope='module')
def infos(minidrive_tiny: Path) -> dict[str, Any]:
    """Keyframes of the validation split."""
    return load(str(minidrive_tiny / 'nuscenes_infos_val.pkl'))


@pytest.fixture(scope='module')
def submission(minidrive_tiny: Path, infos: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The annotations themselves, by the devkit."""
    tables = NuScenes('v1.0-trainval', str(minidrive_tiny), verbose=False)
    names = {'vehicle.car': 'car', 'human.pedestrian.adult': 'pedestrian'}
    results = {}
    for info in infos['data_list']:
        rows = [tables.get('sample_annotation', token)
                for token in tables.get('sample', info['token'])['anns']]
        results[info['token']] = [dict(
            sample_token=info['token'], detection_name=names[row['category_name']],
            detection_score=0.9, attribute_name='', velocity=[0.0, 0.0],
            **{key: row[key] for key in ('translation', 'size', 'rotation')})
            for row in rows if row['category_name'] in names and row['num_lidar_pts'] > 0]
    return results


def test_a_submission_of_the_annotations_is_the_truth_of_the_infos(
        infos: dict[str, Any], submission: dict[str, list[dict[str, Any]]]) -> None:
    compared = 0
    for info in infos['data_list']:
        found = predicted_boxes(submission[info['token']], info)
        truth = true_boxes(info, infos['metainfo']['categories'])
        for place, name in zip(found.places, found.names, strict=True):
            rows = [row for row, other in zip(truth.places, truth.names, strict=True)
                    if other == name]
            nearest = min(rows, key=lambda row: np.linalg.norm(row[:3] - place[:3]))
            np.testing.assert_allclose(place[:6], nearest[:6], atol=1e-4)
            turn = (place[6] - nearest[6] + np.pi) % (2 * np.pi) - np.pi
            # The lidar is tilted by 1.4 degrees: the devkit's yaw is not that of the heading.
            assert abs(turn) < 0.01
            compared += 1
    assert compared > 50


def test_the_report_shows_conditions_in_turn(
        minidrive_tiny: Path, infos: dict[str, Any],
        submission: dict[str, list[dict[str, Any]]]) -> None:
    picked = pick_keyframes(infos['data_list'], 3)
    assert [info['condition'] for info in picked] == ['day-clear', 'day-rain', 'night']
    errors = dict(trans_err=0.1, scale_err=0.2, orient_err=0.3, vel_err=0.4, attr_err=0.5)
    summary = dict(mean_ap=0.25, nd_score=0.5, tp_errors=errors, mean_dist_aps=dict(car=0.75),
                   label_tp_errors=dict(car=errors))
    html = detection_report(
        infos, {'own': submission}, minidrive_tiny, 2, summaries={'own': summary})
    assert html.count('data:image/png') == 4 and '<td>0.750</td>' in html
    assert 'day-clear' in html and 'day-rain' in html and 'night' not in html
    with pytest.raises(ValueError, match='none of the 1 keyframes of the results'):
        detection_report(infos, {'own': {'other': []}}, minidrive_tiny)


def test_the_report_compares_detectors(
        minidrive_tiny: Path, infos: dict[str, Any],
        submission: dict[str, list[dict[str, Any]]]) -> None:
    blind = {token: [] for token in submission}
    html = detection_report(infos, {'good': submission, 'blind': blind}, minidrive_tiny, 1)
    info, = pick_keyframes(infos['data_list'], 1)
    found = len(submission[info['token']])
    total = len(true_boxes(info, infos['metainfo']['categories']).names)
    assert 0 < found < total
    assert f'good: {found} found, {total - found} missed, 0 made up' in html
    assert f'blind: 0 found, {total} missed, 0 made up' in html


def boxes(rows: list[tuple[str, float, float, float]]) -> Boxes:
    """Boxes from name, x, y, score."""
    places = np.zeros((len(rows), 7))
    places[:, :2] = np.array([row[1:3] for row in rows]).reshape(-1, 2)
    return Boxes(places, [row[0] for row in rows], np.array([row[3] for row in rows]))


def test_boxes_match_once_within_two_metres_and_their_class() -> None:
    truth = boxes([('car', 0, 0, 1), ('car', 3, 0, 1), ('bus', 20, 0, 1)])
    predicted = boxes([('car', 1.4, 0, 0.5), ('car', 0.9, 0, 0.9), ('car', 0, 0.1, 0.4),
                       ('truck', 20, 0, 0.8)])
    errors = compare_boxes(truth, predicted)
    # The most confident car takes the nearer of the two, the next one the other (1.6 m away).
    assert errors.found.scores.tolist() == [0.5, 0.9]
    assert errors.missed.names == ['bus']
    assert errors.made_up.scores.tolist() == [0.4, 0.8]
    assert errors.counts() == '2 found, 1 missed, 2 made up'
    assert len(errors.places) == len(errors.colours) == 5
    assert errors.colours[-1].tolist() == list(ERROR_COLOURS['found'])


def test_without_boxes_there_are_no_errors() -> None:
    none, one = boxes([]), boxes([('car', 0, 0, 1)])
    assert compare_boxes(none, none).counts() == '0 found, 0 missed, 0 made up'
    assert compare_boxes(none, one).counts() == '0 found, 0 missed, 1 made up'
    assert compare_boxes(one, none).counts() == '0 found, 1 missed, 0 made up'


def test_what_is_no_submission_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--predictions'):
        read_submission(tmp_path / 'none.json')
    (tmp_path / 'x.json').write_text(json.dumps([1]))
    with pytest.raises(ValueError, match='x.json is no nuScenes submission'):
        read_submission(tmp_path / 'x.json')
