"""A report on what a panoptic segmentor sees in some scans."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.registry import METRICS
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.visualization import html_page
from mmcrossdistill.visualization.cloud_pictures import clouds_from_above
from mmcrossdistill.visualization.image_grid import encode_png, image_grid
from mmcrossdistill.visualization.overlay import draw_points
from mmcrossdistill.visualization.panoptic_map import (
    ERROR_COLOURS,
    colour_errors,
    colour_objects,
    point_errors,
)
from mmcrossdistill.visualization.places import spread
from mmcrossdistill.visualization.segmentation import colour_labels

from .evaluated_data import build_tested, name_scan
from .model_index import find_config
from .probes import load_probe

_MEANS = ('pq', 'sq', 'rq', 'pq_things', 'pq_stuff', 'pq_dagger', 'miou')
_KEYS = ('point_labels', 'point_instances', 'pred_point_labels', 'pred_point_instances')
# Pictures and pairs, between labels and packing.
_CAMERA_STEPS = (
    dict(type='SelectViews', num_views='all'), dict(type='LoadImages'),
    dict(type='CorrespondencePipeline', keep_visible_points=False))


def panoptic_report(
    config_or_name: str | Path, checkpoints: Mapping[str, str | Path],
    data_root: str | Path | None = None, scans: int = 3, with_cameras: bool = True,
    device: str | torch.device | None = None,
) -> str:
    """Predict some scans of the test set and show them.

    Args:
        config_or_name: path or name of a panoptic segmentor's config.
        checkpoints: by title, that trainings of this network wrote.
        data_root: instead of the config's.
        scans: evenly spread over the test set.
        with_cameras: whether objects are drawn on the pictures of the cameras, too.
        device: the best one by default.

    Returns:
        A complete HTML document: numbers over these scans, and for each its classes, objects and
        errors from above and in the cameras.

    Raises:
        ValueError: if the config does not score objects.
    """
    sections = panoptic_sections(
        config_or_name, checkpoints, data_root, scans, with_cameras, device)
    return html_page.page('Panoptic segmentation', html_page.definitions([
        ('config', str(config_or_name)),
        *((f'checkpoint {title}', str(path)) for title, path in checkpoints.items())]),
        *sections)


@torch.no_grad()
def panoptic_sections(
    config_or_name: str | Path, checkpoints: Mapping[str, str | Path],
    data_root: str | Path | None = None, scans: int = 3, with_cameras: bool = True,
    device: str | torch.device | None = None,
) -> list[str]:
    """Make the sections of the page.

    Args:
        config_or_name: see :func:`panoptic_report`.
        checkpoints: see :func:`panoptic_report`.
        data_root: see :func:`panoptic_report`.
        scans: see :func:`panoptic_report`.
        with_cameras: see :func:`panoptic_report`.
        device: see :func:`panoptic_report`.

    Returns:
        HTML: what was seen, the numbers, then scan by scan.

    Raises:
        ValueError: if the config does not score objects.
    """
    cfg = Config.fromfile(find_config(config_or_name))
    if cfg.get('test_evaluator', {}).get('type') != 'PanopticMetric':
        raise ValueError(
            f'{config_or_name} has no PanopticMetric as test_evaluator; take a config of '
            'configs/panoptic/')
    dataset = _build_scans(cfg, data_root, with_cameras)
    items = [dataset[row] for row in spread(range(len(dataset)), scans)]
    samples: dict[str, list[DistillDataSample]] = {}
    numbers = {}
    for title, checkpoint in checkpoints.items():
        model = load_probe(config_or_name, checkpoint, device)
        samples[title] = [model.test_step(pseudo_collate([item]))[0].cpu() for item in items]
        evaluator = Evaluator([METRICS.build(cfg.test_evaluator)])
        evaluator.dataset_meta = dataset.metainfo
        evaluator.process(samples[title])
        numbers[title] = evaluator.evaluate(len(items))
    seen = html_page.definitions([
        ('data', str(dataset.data_root or dataset.ann_file)), ('scans', str(len(items)))])
    return [seen, _tables(numbers, dataset.metainfo), *(
        _show(item, {title: own[row] for title, own in samples.items()}, dataset.metainfo)
        for row, item in enumerate(items))]


def _build_scans(cfg: Config, data_root: str | Path | None, with_cameras: bool,
                 ) -> PairedImageLidarDataset:
    """Build the test set, with the pictures of the cameras.

    Args:
        cfg: of the segmentor.
        data_root: instead of the config's.
        with_cameras: whether to load pictures.
    """
    if not with_cameras:
        return build_tested(cfg, data_root)
    *steps, pack = cfg.test_dataloader.dataset.pipeline
    return build_tested(cfg, data_root, pipeline=[*steps, *map(dict, _CAMERA_STEPS), pack])


def _tables(numbers: Mapping[str, Mapping[str, float]], meta: Mapping[str, Any]) -> str:
    """Show means and classes.

    Args:
        numbers: of the metric, by title.
        meta: of the data set.
    """
    def cell(own: Mapping[str, float], name: str) -> str:
        value = own.get(f'panoptic/full/{name}', float('nan'))
        return '-' if np.isnan(value) else f'{value:.1f}'

    means = [[escape(title), *(cell(own, name) for name in _MEANS)]
             for title, own in numbers.items()]
    parts = [html_page.table(('', *_MEANS), means, 'means, %')]
    for title, own in numbers.items():
        rows = [[escape(name) + (' (things)' if name in meta['things'] else ''),
                 *(cell(own, f'{part}_{name}') for part in ('pq', 'sq', 'rq', 'iou'))]
                for name in meta['classes']]
        parts.append(html_page.table(
            ('class', 'PQ', 'SQ', 'RQ', 'IoU'), rows, f'{title}: classes, %'))
    return html_page.section('Numbers over these scans', *parts)


def _show(item: dict[str, Any], samples: Mapping[str, DistillDataSample],
          meta: Mapping[str, Any]) -> str:
    """Show one scan.

    Args:
        item: packed sample.
        samples: with predictions, by title.
        meta: of the data set.
    """
    palette, classes = meta['palette'], meta['classes']
    things = [classes.index(name) for name in meta['things']]
    points = item['inputs']['points'].numpy()
    by_class, by_object, on_pictures = [], [], {}
    for title, sample in samples.items():
        true, true_objects, predicted, objects = (sample.get(key).numpy() for key in _KEYS)
        errors = colour_errors(point_errors(
            true, true_objects, predicted, objects, len(classes), things))
        by_class.append([colour_labels(labels, palette) for labels in (true, predicted)])
        by_object.append([
            colour_objects(true, true_objects, palette, things),
            colour_objects(predicted, objects, palette, things), errors])
        on_pictures.setdefault('true objects', by_object[-1][0])
        on_pictures[f'{title} objects'], on_pictures[f'{title} errors'] = by_object[-1][1:]
    parts = [
        clouds_from_above(
            points, dict(zip(samples, by_object, strict=True)),
            ('true objects', 'predicted objects', 'errors'), ERROR_COLOURS,
            ' Every object has a colour of its own, things without an object are black.'),
        clouds_from_above(
            points, dict(zip(samples, by_class, strict=True)),
            ('true classes', 'predicted classes'), dict(zip(classes, palette, strict=True)))]
    sample = next(iter(samples.values()))
    if len(sample.corr):
        parts.append(html_page.picture(
            _draw_cameras(item, sample, on_pictures),
            'The same points on the pictures of the cameras.'))
    return html_page.section(name_scan(sample), *parts)


def _draw_cameras(item: dict[str, Any], sample: DistillDataSample,
                  colours: Mapping[str, np.ndarray]) -> bytes:
    """Draw the points on the cameras' pictures, far points first.

    Args:
        item: packed sample with pictures.
        sample: with pairs.
        colours ((N, 3) uint8): of the points, by title.

    Returns:
        PNG file.
    """
    corr = sample.corr.select(torch.argsort(sample.corr.depth, descending=True, stable=True))
    view_idx, uv, row = (part.numpy() for part in (corr.view_idx, corr.pixel_uv, corr.point_idx))
    pictures = item['inputs']['imgs'].permute(0, 2, 3, 1).numpy()
    radius = max(1, pictures.shape[2] // 400)
    rows: list[Sequence[np.ndarray]] = [
        [draw_points(picture, uv[view_idx == view], own[row[view_idx == view]], radius)
         for view, picture in enumerate(pictures)] for own in colours.values()]
    return encode_png(image_grid(rows, list(colours), list(sample.view_names), 20.0))
