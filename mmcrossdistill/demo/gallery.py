"""From the files of a finished chain to the pictures of its report."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmengine.model import BaseModel

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.conditions import condition_clouds
from mmcrossdistill.apis.encoder_numbers import PLACES, encoder_numbers
from mmcrossdistill.apis.probes import load_probe
from mmcrossdistill.apis.view_dataset import build_views
from mmcrossdistill.chain.step import Step
from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.datasets.selection import CONDITIONS
from mmcrossdistill.visualization.places import choose_place, match_views

from .pictures import (
    condition_picture,
    depth_picture,
    feature_picture,
    loss_picture,
    segmentation_picture,
    world_picture,
)
from .report import Picture
from .steps import DemoOptions, run_folder
from .tables import feature_tables
from .views import MOMENTS, examine

_TSNE_PLACES = 100
_TSNE_CONDITIONS = ('day-clear', 'night')


def feature_numbers(dataset: PairedImageLidarDataset, places: Sequence[dict[str, int]],
                    probes: Sequence[BaseModel]) -> dict[str, Any]:
    """Compute the numbers that go beside the feature maps.

    Args:
        dataset: of single views.
        places: condition to row.
        probes: whose encoders are compared, before and after.

    Returns:
        ``effective_rank`` by moment and condition, and ``domain_gap`` to day-clear by moment and
        adverse condition.
    """
    numbers: dict[str, Any] = {
        'places': min(len(places), PLACES), 'effective_rank': {}, 'domain_gap': {}}
    for moment, probe in zip(MOMENTS, probes, strict=True):
        measured = encoder_numbers(dataset, places, probe)
        numbers['effective_rank'][moment] = {
            condition: measured['effective_rank'][condition] for condition in CONDITIONS}
        numbers['domain_gap'][moment] = measured['domain_gap']
    return numbers


def draw_pictures(options: DemoOptions, steps: Sequence[Step], root: Path, files: Path
                  ) -> tuple[list[Picture], dict[str, Any]]:
    """Draw all pictures of the report from the first seed's results.

    Args:
        options: of the demonstration.
        steps: the finished chain.
        root: of the repository.
        files: folder that receives the pictures as PNG files.

    Returns:
        The pictures in the order of the report, and the numbers on the features.

    Raises:
        ValueError: if no place of the validation split is there in every condition.
    """
    made = {step.name: step for step in steps}
    probes = {task: [load_probe(made[name].config, root / made[name].outputs[0])
                     for name in (f'{task}_{moment}' for moment in MOMENTS)]
              for task in ('seg', 'depth')}
    dataset = build_views(made['seg_before'].config, root / options.data)
    places = match_views([dataset.get_data_info(row) for row in range(len(dataset))])
    if not places:
        raise ValueError(f'{options.data}: no view of the split val exists in all of {CONDITIONS}; '
                         f'remove the folder and run again')
    encoders = {moment: FeatureInferencer(made[name].config, root / made[name].outputs[0])
                for moment, name in zip(MOMENTS, ('reference', 'stage2'), strict=True)}
    views = {condition: examine(dataset, row, probes['seg'], probes['depth'], encoders['after'])
             for condition, row in choose_place(dataset, places).items()}
    numbers = feature_numbers(dataset, places, probes['seg'])
    clouds = condition_clouds(dataset, encoders, _TSNE_CONDITIONS, _TSNE_PLACES)
    numbers['conditions'] = {cloud.title: cloud.numbers() for cloud in clouds}
    pictures = [
        world_picture(root / options.data, files / 'world.png'),
        replace(feature_picture(views), tables=feature_tables(numbers)),
        condition_picture(clouds, numbers['conditions']),
        segmentation_picture(views), depth_picture(views),
        loss_picture(root / run_folder(options, options.seed))]
    for picture in pictures:
        (files / f'{picture.name}.png').write_bytes(picture.png)
    return pictures, numbers
