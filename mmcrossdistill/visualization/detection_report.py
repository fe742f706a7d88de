"""A page of detections: scores, and keyframes from above and in the cameras."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from mmcrossdistill.datasets.transforms.loading import read_points
from mmcrossdistill.evaluation.nuscenes_errors import MEAN_ERRORS

from . import html_page
from .detections import camera_figure, draw_from_above, predicted_boxes, true_boxes
from .image_grid import encode_png, image_grid
from .places import spread


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
    infos: Mapping[str, Any], results: Mapping[str, Sequence[Mapping[str, Any]]], data_root: Path,
    count: int = 3, score: float = 0.3, summary: Mapping[str, Any] | None = None,
) -> str:
    """Make the page.

    Args:
        infos: ``metainfo`` and ``data_list`` of the keyframes.
        results: of :func:`~mmcrossdistill.visualization.detections.read_submission`.
        data_root: folder with ``samples``.
        count: keyframes to show.
        score: lowest confidence of the boxes that are drawn.
        summary: the devkit's ``metrics_summary.json``, for the tables.

    Returns:
        A complete HTML document.

    Raises:
        ValueError: if none of the keyframes was predicted.
    """
    present = [info for info in infos['data_list'] if info['token'] in results]
    if not present:
        raise ValueError(
            f'none of the {len(results)} keyframes of the results are among the '
            f'{len(infos["data_list"])} of the infos; give the infos of the split that was tested')
    parts = [html_page.paragraph(
        f'Boxes with a score of at least {score:g} beside the annotated ones that a LiDAR point '
        'falls into. In the cameras a cross marks the front of a box, and boxes are drawn through '
        'what hides them.', 'lead')]
    if summary is not None:
        parts.append(html_page.section('Scores of the official evaluator', *_tables(summary)))
    for info in pick_keyframes(present, count):
        parts.append(_keyframe(info, infos['metainfo']['categories'], results[info['token']],
                               data_root, score))
    return html_page.page('Detections', *parts)


def load_summary(results: Path) -> dict[str, Any] | None:
    """Read the devkit's summary beside a submission.

    Args:
        results: json file of the submission.

    Returns:
        The summary; ``None`` if it was not scored.
    """
    path = results.parent / 'metrics_summary.json'
    return json.loads(path.read_text()) if path.is_file() else None


def _keyframe(info: Mapping[str, Any], classes: Mapping[str, int],
              rows: Sequence[Mapping[str, Any]], data_root: Path, score: float) -> str:
    """Show one keyframe.

    Args:
        info: of the keyframe.
        classes: label by name.
        rows: its predicted boxes.
        data_root: folder with ``samples``.
        score: lowest confidence.

    Returns:
        HTML.
    """
    truth, predicted = true_boxes(info, classes), predicted_boxes(rows, info).above(score)
    lidar = info['lidar_points']
    points = read_points(
        data_root / 'samples' / 'LIDAR_TOP' / lidar['lidar_path'], lidar['num_pts_feats'])
    above = image_grid([draw_from_above(points, truth, predicted)], [''], ['truth', 'predicted'])
    name = ' '.join(str(info[key]) for key in ('scene_name', 'condition') if key in info)
    return html_page.section(
        f'{name}, {info["token"][:8]}',
        html_page.picture(encode_png(above), f'From above, x up: {len(truth.names)} boxes to find, '
                                             f'{len(predicted.names)} predicted.'),
        html_page.picture(encode_png(camera_figure(info, data_root / 'samples', truth, predicted)),
                          'In the cameras.'))


def _tables(summary: Mapping[str, Any]) -> list[str]:
    """Lay out the devkit's summary.

    Args:
        summary: of ``metrics_summary.json``.

    Returns:
        HTML.
    """
    errors = [f'{summary["tp_errors"][key]:.3f}' for key in MEAN_ERRORS]
    classes = [[escape(name), f'{value:.3f}', *(
        f'{summary["label_tp_errors"][name][key]:.3f}' for key in MEAN_ERRORS)]
        for name, value in summary['mean_dist_aps'].items()]
    return [
        html_page.table(['', 'mAP', 'NDS', *MEAN_ERRORS.values()], [
            ['all', f'{summary["mean_ap"]:.3f}', f'{summary["nd_score"]:.3f}', *errors]]),
        html_page.table(['class', 'AP', *(name[1:] for name in MEAN_ERRORS.values())], classes)]
