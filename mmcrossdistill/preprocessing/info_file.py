"""Writing info files."""
from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmcrossdistill.utils.atomic_file import write_atomically

INFO_VERSION = '1.1'

DETECTION_CLASSES = (
    'car', 'truck', 'trailer', 'bus', 'construction_vehicle', 'bicycle', 'motorcycle',
    'pedestrian', 'traffic_cone', 'barrier')


def write_infos(
    path: Path, dataset: str, version: str, data_list: Sequence[Mapping[str, Any]],
    ignored_categories: Sequence[str] = (), classes: Sequence[str] = DETECTION_CLASSES,
) -> None:
    """Write an mmdet3d v2 info file: to a temporary name first, so that a reader never sees half.

    Args:
        path: of the .pkl.
        dataset: name for the metainfo, e.g. 'nuscenes'.
        version: of the data set, e.g. 'v1.0-trainval'.
        data_list: items.
        ignored_categories: box categories outside the detection classes.
        classes: detection classes, in the order of their labels.
    """
    categories = {name: index for index, name in enumerate(classes)}
    categories.update({name: -1 for name in sorted(ignored_categories)})
    metainfo = dict(
        dataset=dataset, version=version, info_version=INFO_VERSION, categories=categories)
    content = dict(metainfo=metainfo, data_list=list(data_list))
    write_atomically(path, pickle.dumps(content, protocol=4))
