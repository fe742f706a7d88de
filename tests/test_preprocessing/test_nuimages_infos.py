"""Info files and label images of nuImages, against its devkit."""
from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco

from mmcrossdistill.datasets import NuImagesDataset
from mmcrossdistill.datasets.nuimages_dataset import CLASSES
from mmcrossdistill.preprocessing.nuimages_infos import CATEGORY_CLASS, build_infos

SIZE = (30, 50)
CATEGORIES = [
    'animal', 'flat.driveable_surface', 'human.pedestrian.adult', 'vehicle.bus.bendy',
    'vehicle.bus.rigid', 'vehicle.car', 'vehicle.ego']


def encode(rows: slice, columns: slice) -> dict:
    """A rectangle as the tables hold it."""
    pixels = np.zeros(SIZE, np.uint8, order='F')
    pixels[rows, columns] = 1
    mask = coco.encode(pixels)
    return dict(size=mask['size'], counts=base64.b64encode(mask['counts']).decode())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two keyframes and a sweep in the layout of the devkit; one keyframe has no annotation."""
    objects = [('b', 'vehicle.car', (5, 15, 5, 25)), ('a', 'vehicle.bus.rigid', (8, 20, 10, 30)),
               ('c', 'animal', (12, 14, 0, 50)), ('d', 'human.pedestrian.adult', None)]
    surfaces = [('x', 'flat.driveable_surface', (14, 30, 0, 50)),
                ('y', 'vehicle.ego', (26, 30, 0, 50))]

    def annotations(rows: list) -> list[dict]:
        return [dict(
            token=token, sample_data_token='key-0', category_token=name, bbox=[0, 0, 1, 1],
            attribute_tokens=[], mask=None if box is None else encode(
                slice(*box[:2]), slice(*box[2:]))) for token, name, box in rows]

    names = ['key-0', 'key-1', 'sweep']
    tables = dict(
        category=[dict(token=name, name=name, description='') for name in CATEGORIES],
        sensor=[dict(token='s', channel='CAM_BACK', modality='camera')],
        calibrated_sensor=[dict(token='c', sensor_token='s', translation=[], rotation=[])],
        sample=[dict(token=f'sample-{name}', log_token=f'log-{name}', timestamp=0)
                for name in names],
        sample_data=[dict(
            token=name, sample_token=f'sample-{name}', calibrated_sensor_token='c',
            filename=f'samples/CAM_BACK/{name}.jpg', fileformat='jpg', height=SIZE[0],
            width=SIZE[1], is_key_frame=name != 'sweep', prev='', next='', timestamp=0)
            for name in names],
        object_ann=annotations(objects), surface_ann=annotations(surfaces),
        attribute=[], ego_pose=[], log=[])
    folder = tmp_path / 'v1.0-mini'
    folder.mkdir()
    for table, rows in tables.items():
        (folder / f'{table}.json').write_text(json.dumps(rows))
    (tmp_path / 'samples' / 'CAM_BACK').mkdir(parents=True)
    for name in names:
        cv2.imwrite(str(tmp_path / 'samples' / 'CAM_BACK' / f'{name}.jpg'),
                    np.full((*SIZE, 3), 90, np.uint8))
    return tmp_path


def read_labels(root: Path, name: str) -> np.ndarray:
    """A label image."""
    return cv2.imread(str(root / 'semseg' / 'v1.0-mini' / f'{name}.png'), cv2.IMREAD_UNCHANGED)


def test_labels_equal_the_devkit(root: Path) -> None:
    from nuimages import NuImages
    from nuimages.utils.utils import name_to_index_mapping
    build_infos(root, root)
    devkit = NuImages('v1.0-mini', str(root), verbose=False)
    for name in ('key-0', 'key-1'):
        raw, _ = devkit.get_segmentation(name)
        expected = np.full(SIZE, 255)
        for category, index in name_to_index_mapping(devkit.category).items():
            if category in CATEGORY_CLASS:
                expected[raw == index] = CLASSES.index(CATEGORY_CLASS[category])
        np.testing.assert_array_equal(read_labels(root, name), expected)
    labels = read_labels(root, 'key-0')
    # Later tokens cover earlier ones; categories that are not scored are ignored, not seen through.
    assert labels[10, 15] == CLASSES.index('car') and labels[18, 15] == CLASSES.index('bus')
    assert labels[13, 15] == 255 and labels[28, 0] == 255
    assert labels[24, 0] == CLASSES.index('driveable_surface') == 10


def test_infos_and_dataset(root: Path, tmp_path: Path) -> None:
    path, = build_infos(root, root)
    items = pickle.loads(path.read_bytes())['data_list']
    assert path.name == 'nuimages_infos_mini.pkl'
    assert [item['token'] for item in items] == ['key-0', 'key-1']
    dataset = NuImagesDataset(path.name, str(root), pipeline=[
        dict(type='LoadImages'), dict(type='LoadLabelMap'),
        dict(type='ResizeImages', size=(15, 25)), dict(type='PairLabelledPixels'),
        dict(type='PackDistillInputs')])
    assert dataset.metainfo['classes'][-1] == 'driveable_surface'
    first, second = dataset
    assert first['inputs']['imgs'].shape == (1, 3, 15, 25)
    assert first['data_samples'].view_names == ['CAM_BACK']
    labels, corr = read_labels(root, 'key-0'), first['data_samples'].corr
    for (u, v), label in zip(corr.pixel_uv.tolist(), corr.label.tolist(), strict=True):
        assert label in labels[int(v) * 2:int(v) * 2 + 2, int(u) * 2:int(u) * 2 + 2]
    ignored = (labels == 255).mean()
    assert abs(1 - len(corr) / (15 * 25) - ignored) < 0.06
    assert len(second['data_samples'].corr) == 0


def test_an_interrupted_run_goes_on(root: Path) -> None:
    build_infos(root, root)
    path = root / 'semseg' / 'v1.0-mini' / 'key-1.png'
    (root / 'semseg' / 'v1.0-mini' / 'key-0.png').unlink()
    before = path.stat().st_mtime_ns
    build_infos(root, root)
    assert path.stat().st_mtime_ns == before
    assert read_labels(root, 'key-0') is not None


def test_a_fraction_of_the_images(root: Path) -> None:
    build_infos(root, root)
    dataset = NuImagesDataset('nuimages_infos_mini.pkl', str(root), fraction=0.5)
    assert len(dataset) == 1
    with pytest.raises(ValueError, match='fraction=0.01'):
        NuImagesDataset('nuimages_infos_mini.pkl', str(root), fraction=0.01)


def test_errors_are_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='no folder v1.0-train or v1.0-val or v1.0-mini'):
        build_infos(tmp_path / 'none', root)
    with pytest.raises(FileNotFoundError, match='no folder v1.0-val'):
        build_infos(root, root, ['val'])
    with pytest.raises(FileNotFoundError, match='create_data.py nuimages --root'):
        NuImagesDataset('nuimages_infos_val.pkl', str(root))
    path = root / 'v1.0-mini' / 'sample_data.json'
    path.write_text(path.read_text().replace('"height": 30', '"height": 31'))
    with pytest.raises(ValueError, match=r'key-0: a mask of size \(30, 50\)'):
        build_infos(root, root)
