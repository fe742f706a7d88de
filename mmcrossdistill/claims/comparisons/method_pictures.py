"""What the networks of a comparison see in some validation scans.

Models are imported where they are run: planning needs none, and detectors alone need mmdet3d.
"""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mmcrossdistill.datasets.info_reading import read_infos
from mmcrossdistill.visualization.detection_report import (
    explanation,
    keyframe_section,
    pick_keyframes,
)
from mmcrossdistill.visualization.html_page import paragraph

from .method_page import Trained

_FRAMES = 3  # one of each condition
_SCORE = 0.3


def show_detections(trained: Mapping[str, Trained], data: Path) -> list[str]:
    """Show the boxes of detectors.

    Args:
        trained: by title.
        data: root of the world.

    Returns:
        Sections of a page.
    """
    from mmcrossdistill.apis.detection_frames import detect_frames
    infos = read_infos(str(data / 'nuscenes_infos_val.pkl'))
    frames = pick_keyframes(infos['data_list'], _FRAMES)
    tokens = [frame['token'] for frame in frames]
    boxes = {title: detect_frames(each.config, each.checkpoint, tokens, data)
             for title, each in trained.items()}
    classes = infos['metainfo']['categories']
    return [paragraph(explanation(_SCORE)), *(
        keyframe_section(frame, classes, {
            title: own[frame['token']].above(_SCORE) for title, own in boxes.items()}, data)
        for frame in frames)]


def show_classes(trained: Mapping[str, Trained], data: Path) -> list[str]:
    """Show the classes and errors of segmentors.

    Args:
        trained: by title.
        data: root of the world.

    Returns:
        Sections of a page.
    """
    from mmcrossdistill.apis.segmentation_scans import segmentation_sections
    return segmentation_sections(
        {title: (each.config, each.checkpoint) for title, each in trained.items()}, data, _FRAMES)


def show_objects(trained: Mapping[str, Trained], data: Path) -> list[str]:
    """Show the classes, objects and errors of panoptic segmentors.

    Args:
        trained: by title; networks of one layout.
        data: root of the world.

    Returns:
        Sections of a page.
    """
    from mmcrossdistill.apis.panoptic_report import panoptic_sections
    config = next(iter(trained.values())).config
    return panoptic_sections(
        config, {title: each.checkpoint for title, each in trained.items()}, data, _FRAMES)
