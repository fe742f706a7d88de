"""Tests of labels from existing maps."""
from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.preprocessing.weak_labels.class_sets import SEEM
from mmcrossdistill.preprocessing.weak_labels.png_labels import (
    TABLES,
    PngLabeller,
    class_names,
    read_table,
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A picture of 2 x 3 pixels."""
    path = tmp_path / 'a.jpg'
    cv2.imwrite(str(path), np.zeros((2, 3, 3), np.uint8))
    return path


def _label(tmp_path: Path, image: Path, ids: list[list[int]], table: str) -> list[list[int]]:
    write_regions(tmp_path / 'maps' / 'CAM_FRONT' / 'a.png', np.array(ids))
    return PngLabeller(tmp_path / 'maps', read_table(table))(image, 'CAM_FRONT').tolist()


def test_published_maps(tmp_path: Path, image: Path) -> None:
    ids = [[0, 1, 16], [255, 10, 0]]
    assert _label(tmp_path, image, ids, 'seem') == ids
    assert class_names(read_table('seem')) == SEEM
    assert _label(tmp_path, image, ids, 'seem-no-barrier') == [[255, 1, 16], [255, 10, 255]]
    assert class_names(read_table('seem-no-barrier')) == SEEM
    assert _label(tmp_path, image, [[0, 1, 13], [255, 9, 0]], 'grounded-sam') == [
        [255, 0, 12], [255, 8, 255]]
    assert len(TABLES) == 3


def test_a_table_from_a_file(tmp_path: Path, image: Path) -> None:
    table = tmp_path / 'table.json'
    table.write_text(json.dumps({'road': [7, 300], 'car': [0], 'unlabelled': [9]}))
    assert class_names(read_table(str(table))) == ('road', 'car')
    assert _label(tmp_path, image, [[7, 300, 0], [9, 9, 0]], str(table)) == [
        [0, 0, 1], [255, 255, 1]]
    with pytest.raises(ValueError, match=r'a.jpg.*ids \[5, 255\].*"unlabelled"'):
        _label(tmp_path, image, [[7, 5, 0], [9, 255, 0]], str(table))


@pytest.mark.parametrize(('content', 'message'), [
    ('{', 'not valid json'), ('[1]', 'names no class'), ('{"unlabelled": [0]}', 'names no class'),
    ('{"car": 3}', "key 'car'"), ('{"car": [-1]}', "key 'car'"), ('{"car": [true]}', "key 'car'"),
    ('{"car": [1], "road": [1]}', "id 1 belongs to 'car' and to 'road'")])
def test_tables_that_are_none(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / 'table.json'
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_table(str(path))


def test_missing_and_wrong_files(tmp_path: Path, image: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--table none.json'):
        read_table('none.json')
    with pytest.raises(FileNotFoundError, match='--labels'):
        PngLabeller(tmp_path / 'nowhere', read_table('seem'))
    with pytest.raises(ValueError, match=r'size \(1, 3\), the image \(2, 3\)'):
        _label(tmp_path, image, [[0, 1, 2]], 'seem')
    with pytest.raises(ValueError, match='at most 255'):
        path = tmp_path / 'long.json'
        path.write_text(json.dumps({f'c{number}': [number] for number in range(256)}))
        read_table(str(path))
