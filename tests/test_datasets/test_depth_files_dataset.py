"""Lists of images with depth maps."""
from __future__ import annotations

from pathlib import Path

import pytest

from mmcrossdistill.datasets import DepthFilesDataset


def test_reads_lists_of_kitti_and_nyu(tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_text(
        'b/x.png d/x.png 721.5\n\n/a/y.jpg /a/y.png 518.8\nc/z.png None 721.5\n')
    dataset = DepthFilesDataset(
        'list.txt', str(tmp_path), data_prefix=dict(img='input', depth='gt_depth'))
    # The slash counts when the lists are sorted, as in the toolbox.
    assert [item['token'] for item in dataset] == ['/a/y.jpg', 'b/x.png']
    item = dataset[1]
    assert item['images']['img']['img_path'] == str(tmp_path / 'input' / 'b' / 'x.png')
    assert item['depth_map_path'] == str(tmp_path / 'gt_depth' / 'd' / 'x.png')
    assert dataset[0]['depth_map_path'] == str(tmp_path / 'gt_depth' / 'a' / 'y.png')
    assert DepthFilesDataset('list.txt', str(tmp_path))[0]['depth_map_path'] == str(
        tmp_path / 'a' / 'y.png')


@pytest.mark.parametrize('text,error,message', [
    (None, FileNotFoundError, 'list.txt does not exist'),
    ('a.png b.png 1\nc.png\n', ValueError, "line 2: 'c.png'"),
    ('a.png None 1\n', ValueError, 'no image with a depth map'),
])
def test_broken_lists_are_named(tmp_path: Path, text: str | None, error: type, message: str,
                                ) -> None:
    if text is not None:
        (tmp_path / 'list.txt').write_text(text)
    with pytest.raises(error, match=message):
        DepthFilesDataset('list.txt', str(tmp_path))
