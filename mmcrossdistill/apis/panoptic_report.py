"""A report on what a panoptic segmentor sees in some scans."""
from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.registry import DATASETS, METRICS
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.visualization import html_page
from mmcrossdistill.visualization.bird_eye import bird_eye
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

from .model_index import find_config
from .probes import load_probe

_REACH = 40.0  # metres from the sensor to the border of the pictures
_MEANS = ('pq', 'sq', 'rq', 'pq_things', 'pq_stuff', 'pq_dagger', 'miou')
_KEYS = ('point_labels', 'point_instances', 'pred_point_labels', 'pred_point_instances')
# Pictures and pairs, between labels and packing.
_CAMERA_STEPS = (
    dict(type='SelectViews', num_views='all'), dict(type='LoadImages'),
    dict(type='CorrespondencePipeline', keep_visible_points=False))


def panoptic_report(
    config_or_name: str | Path, checkpoint: str | Path, data_root: str | Path | None = None,
    scans: int = 3, with_cameras: bool = True, device: str | torch.device | None = None,
) -> str:
    """Predict some scans of the test set and show them.

    Args:
        config_or_name: path or name of a panoptic segmentor's config.
        checkpoint: that its training wrote.
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
    cfg = Config.fromfile(find_config(config_or_name))
    if cfg.get('test_evaluator', {}).get('type') != 'PanopticMetric':
        raise ValueError(
            f'{config_or_name} has no PanopticMetric as test_evaluator; take a config of '
            'configs/panoptic/')
    dataset = _build_scans(cfg, data_root, with_cameras)
    model = load_probe(config_or_name, checkpoint, device)
    items = [dataset[row] for row in spread(range(len(dataset)), scans)]
    samples = [model.test_step(pseudo_collate([item]))[0].cpu() for item in items]
    evaluator = Evaluator([METRICS.build(cfg.test_evaluator)])
    evaluator.dataset_meta = dataset.metainfo
    evaluator.process(samples)
    numbers = evaluator.evaluate(len(samples))
    return html_page.page(
        'Panoptic segmentation', html_page.definitions([
            ('config', str(config_or_name)), ('checkpoint', str(checkpoint)),
            ('data', str(dataset.data_root or dataset.ann_file)), ('scans', str(len(samples)))]),
        _tables(numbers, dataset.metainfo), *(
            _show(item, sample, dataset.metainfo)
            for item, sample in zip(items, samples, strict=True)))


def _build_scans(cfg: Config, data_root: str | Path | None, with_cameras: bool,
                 ) -> PairedImageLidarDataset:
    """Build the test set, with the pictures of the cameras.

    Args:
        cfg: of the segmentor.
        data_root: instead of the config's.
        with_cameras: whether to load pictures.
    """
    changed: dict[str, Any] = {} if data_root is None else {'data_root': str(data_root)}
    if with_cameras:
        *steps, pack = cfg.test_dataloader.dataset.pipeline
        changed['pipeline'] = [*steps, *map(dict, _CAMERA_STEPS), pack]
    return DATASETS.build({**cfg.test_dataloader.dataset, **changed})


def _tables(numbers: dict[str, float], meta: dict[str, Any]) -> str:
    """Show means and classes.

    Args:
        numbers: of the metric.
        meta: of the data set.
    """
    def cell(name: str) -> str:
        value = numbers.get(f'panoptic/full/{name}', float('nan'))
        return '-' if np.isnan(value) else f'{value:.1f}'
    rows = [[escape(name) + (' (things)' if name in meta['things'] else ''),
             *(cell(f'{part}_{name}') for part in ('pq', 'sq', 'rq', 'iou'))]
            for name in meta['classes']]
    return html_page.section(
        'Numbers over these scans',
        html_page.table(_MEANS, [[cell(name) for name in _MEANS]], 'means, %'),
        html_page.table(('class', 'PQ', 'SQ', 'RQ', 'IoU'), rows, 'classes, %'))


def _show(item: dict[str, Any], sample: DistillDataSample, meta: dict[str, Any]) -> str:
    """Show one scan.

    Args:
        item: packed sample.
        sample: with predictions.
        meta: of the data set.
    """
    true, true_objects, predicted, objects = (sample.get(key).numpy() for key in _KEYS)
    palette = meta['palette']
    things = [meta['classes'].index(name) for name in meta['things']]
    errors = colour_errors(point_errors(
        true, true_objects, predicted, objects, len(meta['classes']), things))
    by_title = {
        'true classes': colour_labels(true, palette),
        'predicted classes': colour_labels(predicted, palette),
        'true objects': colour_objects(true, true_objects, palette, things),
        'predicted objects': colour_objects(predicted, objects, palette, things),
        'errors': errors}
    points = item['inputs']['points'].numpy()
    views = [bird_eye(points, colours / 255, size=400, reach=_REACH)
             for colours in by_title.values()]
    legend = dict(zip(meta['classes'], palette, strict=True)) | ERROR_COLOURS
    above = encode_png(image_grid([views], ['from above'], list(by_title), 20.0, legend))
    parts = [html_page.picture(
        above, f'{_REACH:.0f} m to each side, driving direction of the sensor up. Every object '
        'has a colour of its own, things without an object are black.')]
    if len(sample.corr):
        shown = {name: by_title[name] for name in ('true objects', 'predicted objects', 'errors')}
        parts.append(html_page.picture(
            _draw_cameras(item, sample, shown), 'The same points on the pictures of the cameras.'))
    title = ', '.join(str(sample.get(key)) for key in ('scene_name', 'condition', 'token')
                      if sample.get(key) is not None)
    return html_page.section(title, *parts)


def _draw_cameras(item: dict[str, Any], sample: DistillDataSample,
                  colours: dict[str, np.ndarray]) -> bytes:
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
