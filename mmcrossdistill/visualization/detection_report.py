"""A page of detections: scores, and keyframes from above and in the cameras."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mmcrossdistill.datasets.transforms.loading import read_points
from mmcrossdistill.evaluation.nuscenes_errors import MEAN_ERRORS

from . import html_page
from .bird_eye import bird_eye
from .boxes import draw_boxes_from_above
from .detection_errors import ERROR_COLOURS, MATCH_DISTANCE, DetectionErrors, compare_boxes
from .detections import Boxes, camera_figure, legend, predicted_boxes, true_boxes
from .image_grid import encode_png, image_grid
from .places import spread

_SIZE, _REACH = 560, 54.0  # pixels and metres, of the pictures from above and to their border


def pick_keyframes(data_list: Sequence[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """Choose keyframes of all conditions in turn, spread over each.

    Args:
        data_list: of the infos.
        count: how many.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for info in data_list:
        groups.setdefault(info.get('condition', ''), []).append(info)
    share = -(-count // max(len(groups), 1))
    chosen = [spread(items, share) for _, items in sorted(groups.items())]
    turns = [items[turn] for turn in range(share) for items in chosen if turn < len(items)]
    return turns[:count]


def detection_report(
    infos: Mapping[str, Any], results: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
    data_root: Path, count: int = 3, score: float = 0.3,
    summaries: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """Make the page of one detector, or of several beside each other.

    Args:
        infos: ``metainfo`` and ``data_list`` of the keyframes.
        results: of :func:`~mmcrossdistill.visualization.detections.read_submission`, by the title
            of the detector.
        data_root: folder with ``samples``.
        count: keyframes to show.
        score: lowest confidence of the boxes that are drawn.
        summaries: the devkit's ``metrics_summary.json`` by title, for the tables.

    Returns:
        A complete HTML document.

    Raises:
        ValueError: if there is no keyframe that all detectors saw.
    """
    present = [info for info in infos['data_list']
               if all(info['token'] in rows for rows in results.values())]
    if not present:
        raise ValueError(
            f'none of the {" and ".join(str(len(rows)) for rows in results.values())} keyframes of '
            f'the results are among the {len(infos["data_list"])} of the infos; give the infos of '
            'the split that was tested')
    parts = [html_page.paragraph(explanation(score), 'lead')]
    if summaries:
        parts.append(html_page.section('Scores of the official evaluator', *_tables(summaries)))
    for info in pick_keyframes(present, count):
        predicted = {title: predicted_boxes(rows[info['token']], info).above(score)
                     for title, rows in results.items()}
        parts.append(keyframe_section(
            info, infos['metainfo']['categories'], predicted, data_root))
    return html_page.page('Detections', *parts)


def explanation(score: float) -> str:
    """Say what the pictures show.

    Args:
        score: lowest confidence of the boxes that are drawn.
    """
    return (
        f'Boxes with a score of at least {score:g} beside the annotated ones that a LiDAR point '
        f'falls into. A box is found if one of its class lies within {MATCH_DISTANCE:g} m, the '
        'most confident first. In the cameras a cross marks the front of a box, and boxes are '
        'drawn through what hides them.')


def load_summary(results: Path) -> dict[str, Any] | None:
    """Read the devkit's summary beside a submission.

    Args:
        results: json file of the submission.

    Returns:
        The summary; ``None`` if it was not scored.
    """
    path = results.parent / 'metrics_summary.json'
    return json.loads(path.read_text()) if path.is_file() else None


def keyframe_section(info: Mapping[str, Any], classes: Mapping[str, int],
                     predicted: Mapping[str, Boxes], data_root: Path) -> str:
    """Show one keyframe.

    Args:
        info: of the keyframe.
        classes: label by name.
        predicted: boxes by the title of the detector.
        data_root: folder with ``samples``.

    Returns:
        HTML.
    """
    truth = true_boxes(info, classes)
    lidar = info['lidar_points']
    points = read_points(
        data_root / 'samples' / 'LIDAR_TOP' / lidar['lidar_path'], lidar['num_pts_feats'])
    name = ' '.join(str(info[key]) for key in ('scene_name', 'condition') if key in info)
    errors = {title: compare_boxes(truth, boxes) for title, boxes in predicted.items()}
    counts = '; '.join(f'{title}: {own.counts()}' for title, own in errors.items())
    cameras = camera_figure(info, data_root / 'samples', {'truth': truth, **predicted})
    return html_page.section(
        f'{name}, {info["token"][:8]}',
        html_page.picture(
            encode_png(_from_above(points, truth, predicted, errors)),
            f'From above, {_REACH:.0f} m to each side, x up: {len(truth.names)} boxes to find. '
            f'{counts}.'),
        html_page.picture(encode_png(cameras), 'In the cameras.'))


def _from_above(points: np.ndarray, truth: Boxes, predicted: Mapping[str, Boxes],
                errors: Mapping[str, DetectionErrors]) -> Figure:
    """Draw truth, predictions and errors on the cloud, one detector a row.

    Args:
        points ((N, 3+) float): the cloud, metres.
        truth: annotated boxes.
        predicted: boxes by the title of the detector.
        errors: of these.
    """
    cloud = bird_eye(points, np.full((len(points), 3), 0.72), _SIZE, _REACH)

    def draw(places: np.ndarray, colours: np.ndarray) -> np.ndarray:
        return draw_boxes_from_above(cloud, places, colours, _REACH)

    rows = []
    for title, boxes in predicted.items():
        rows.append([draw(truth.places, truth.colours() // 4 * 3),
                     draw(boxes.places, boxes.colours() // 4 * 3),
                     draw(errors[title].places, errors[title].colours)])
    return image_grid(
        rows, list(predicted), ('truth', 'predicted', 'errors'), 15.0,
        legend([truth, *predicted.values()]) | ERROR_COLOURS)


def _tables(summaries: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Lay out the devkit's summaries.

    Args:
        summaries: of ``metrics_summary.json`` by title.

    Returns:
        HTML.
    """
    means = [[escape(title), f'{summary["mean_ap"]:.3f}', f'{summary["nd_score"]:.3f}',
              *(f'{summary["tp_errors"][key]:.3f}' for key in MEAN_ERRORS)]
             for title, summary in summaries.items()]
    parts = [html_page.table(['', 'mAP', 'NDS', *MEAN_ERRORS.values()], means)]
    for title, summary in summaries.items():
        classes = [[escape(name), f'{value:.3f}', *(
            f'{summary["label_tp_errors"][name][key]:.3f}' for key in MEAN_ERRORS)]
            for name, value in summary['mean_dist_aps'].items()]
        parts.append(html_page.table(
            ['class', 'AP', *(name[1:] for name in MEAN_ERRORS.values())], classes, title))
    return parts
