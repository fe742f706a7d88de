"""Opening the info files that ``tools/create_data.py`` writes."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.fileio import load


def read_infos(ann_file: str, data_root: str = '') -> dict[str, Any]:
    """Load an info file and check its layout.

    Args:
        ann_file: path of the file.
        data_root: folder of the data set, for the message.

    Returns:
        ``metainfo`` and ``data_list``.

    Raises:
        FileNotFoundError: if it does not exist.
        ValueError: if it is not an mmdet3d v2 info file.
    """
    path = Path(ann_file)
    if not path.is_file():
        source = path.name.split('_')[0]
        raise FileNotFoundError(
            f'ann_file {path} does not exist; write it with: '
            f'python tools/create_data.py {source} --root {data_root or path.parent}')
    infos = load(str(path))
    if not isinstance(infos, dict) or not {'metainfo', 'data_list'} <= set(infos):
        raise ValueError(
            f"{path} has no keys 'metainfo' and 'data_list', so it is not a v2 info file; "
            'rebuild it with tools/create_data.py')
    return infos
