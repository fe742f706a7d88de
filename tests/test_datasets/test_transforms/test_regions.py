"""Tests of regions on their way from the file to the batch."""
from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    CropResizeImages,
    LoadSuperpixels,
    PackDistillInputs,
    RandomFlipImages,
    ResizeImages,
)
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor


@pytest.fixture
def with_regions(sample: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The sample with maps in which every block of 4 x 4 pixels is a region."""
    blocks = np.arange(15 * 24).reshape(15, 24).repeat(4, axis=0).repeat(4, axis=1)
    sample['images'] = {}
    for index, view in enumerate(sample['view_names']):
        path = tmp_path / f'{view}.png'
        write_regions(path, blocks + index)
        sample['images'][view] = dict(region_path=str(path), img_path=f'{view}.jpg')
    return sample


def _original_ids(results: dict[str, Any], packed: dict[str, Any]) -> list[int]:
    """Id in its map of the region that each pair was given."""
    regions, corr = packed['inputs']['regions'], packed['data_samples'].corr
    found = []
    for view, region in zip(corr.view_idx.tolist(), corr.region_id.tolist(), strict=True):
        pixels = results['region_maps'][view][regions.row[view].numpy() == region]
        assert len(set(pixels.tolist())) == 1
        found.append(int(pixels[0]))
    return found


def test_pairs_get_the_region_of_their_pixel(with_regions: dict[str, Any]) -> None:
    results = CorrespondencePipeline()(LoadSuperpixels()(with_regions))
    packed = PackDistillInputs()(results)
    corr = packed['data_samples'].corr
    assert packed['inputs']['regions'].row.shape == (2, 60, 96) and len(corr) > 100
    for view, uv, found in zip(
            corr.view_idx, corr.pixel_uv, _original_ids(results, packed), strict=True):
        assert found == int(uv[1]) // 4 * 24 + int(uv[0]) // 4 + int(view)


def test_maps_move_with_the_images(with_regions: dict[str, Any]) -> None:
    # The red channel stores the block's row, so the picture tells which region it shows.
    picture = (np.arange(60) // 4).astype(np.uint8)[:, None, None].repeat(96, 1).repeat(3, 2)
    with_regions['imgs'] = [picture.copy(), picture.copy()]
    results = CorrespondencePipeline()(LoadSuperpixels()(with_regions))
    before = {(int(p), int(v)): uv for p, v, uv in zip(
        results['corr'].point_idx, results['corr'].view_idx, results['corr'].pixel_uv, strict=True)}
    results = RandomFlipImages(0.5)(CropResizeImages((60, 96), min_pairs=10)(results))
    for view, regions in enumerate(results['region_maps']):
        row = (regions.astype(int) - view) // 24
        assert (np.abs(row - results['imgs'][view][..., 0]) <= 1).all()
    packed = PackDistillInputs()(results)
    corr = packed['data_samples'].corr
    assert len(corr) > 100
    for point, view, found in zip(
            corr.point_idx, corr.view_idx, _original_ids(results, packed), strict=True):
        block = found - int(view)
        corner = 4 * np.array([block % 24, block // 24])
        # Nearest pixels after rounding: at most one pixel beside the block.
        outside = before[int(point), int(view)].numpy() - corner
        assert (outside > -1).all() and (outside < 5).all()


def test_batch_has_disjoint_regions(with_regions: dict[str, Any]) -> None:
    steps = [LoadSuperpixels(), CorrespondencePipeline(), ResizeImages((30, 48)),
             PackDistillInputs()]
    samples = []
    for _ in range(3):
        results = copy.deepcopy(with_regions)
        for step in steps:
            results = step(results)
        samples.append(results)
    inputs = DistillDataPreprocessor()(pseudo_collate(samples))['inputs']
    regions, corr = inputs['regions'], inputs['corr']
    assert regions.row.shape == (6, 30, 48)
    assert regions.num_rows == sum(s['inputs']['regions'].num_rows for s in samples)
    column, row = corr.pixel_uv.floor().long().unbind(1)
    torch.testing.assert_close(
        corr.region_id, regions.row[corr.view_idx, row, column].long())
    owners = [set(corr.region_id[corr.view_idx == view].tolist()) for view in range(6)]
    assert sum(map(len, owners)) == len(set().union(*owners)) == regions.num_rows


def test_without_maps_nothing_changes(sample: dict[str, Any]) -> None:
    packed = PackDistillInputs()(CorrespondencePipeline()(sample))
    assert packed['data_samples'].corr.region_id is None and 'regions' not in packed['inputs']
    assert 'regions' not in DistillDataPreprocessor()(pseudo_collate([packed]))['inputs']


def test_errors(with_regions: dict[str, Any]) -> None:
    resized = ResizeImages((30, 48))(copy.deepcopy(with_regions))
    with pytest.raises(ValueError, match='right after LoadImages'):
        LoadSuperpixels()(resized)
    for image in with_regions['images'].values():
        del image['region_path']
    with pytest.raises(KeyError, match='region_folder'):
        LoadSuperpixels()(with_regions)
