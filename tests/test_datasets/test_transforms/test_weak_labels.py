"""Tests of weak labels on their way from the file to the pairs of a batch."""
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
    DropCuboids,
    ForEachCloud,
    LoadWeakLabels,
    PackDistillInputs,
    RandomFlipImages,
    ResizeImages,
)
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor


@pytest.fixture
def with_labels(sample: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The sample with labels that change from pixel to pixel; the last rows have none."""
    sample['images'] = {}
    for index, view in enumerate(sample['view_names']):
        labels = (np.arange(60)[:, None] * 7 + np.arange(96) * 3 + index) % 17
        labels[50:] = 255
        write_regions(tmp_path / f'{view}.png', labels)
        sample['images'][view] = dict(
            label_path=str(tmp_path / f'{view}.png'), img_path=f'{view}.jpg')
    return sample


def expected_labels(corr: Any) -> torch.Tensor:
    """The label at each pair's pixel of the original image."""
    column, row = corr.pixel_uv.long().unbind(1)
    return torch.where(row < 50, (row * 7 + column * 3 + corr.view_idx) % 17, 255)


@pytest.mark.parametrize('rounding', ['none', 'round', 'floor'])
def test_pairs_get_the_label_of_their_pixel(with_labels: dict[str, Any], rounding: str) -> None:
    results = CorrespondencePipeline(
        pixel_rounding=rounding, border='inside', with_pixel_labels=True)(
        LoadWeakLabels(17)(with_labels))
    corr = results['corr']
    assert len(corr) > 100 and corr.label.dtype == torch.int64 and 'label_maps' not in results
    inside = (corr.pixel_uv < torch.tensor([96, 60])).all(1)
    assert torch.equal(corr.label[inside], expected_labels(corr)[inside])
    assert (corr.label == 255).any() and (corr.label == 0).any()


def test_pairs_carry_their_labels_through_augmentation(with_labels: dict[str, Any]) -> None:
    results = CorrespondencePipeline(
        with_pixel_labels=True, keep_visible_points=False)(LoadWeakLabels(17)(with_labels))
    corr = results['corr']
    known = {(*results['points'][p].tolist(), v): label for p, v, label in zip(
        corr.point_idx.tolist(), corr.view_idx.tolist(), expected_labels(corr).tolist(),
        strict=True)}
    for step in (DropCuboids(max_share=0.2, min_pairs=10), CropResizeImages(
            (30, 48), min_pairs=10), RandomFlipImages(0.5), PackDistillInputs()):
        results = step(results)
    points, corr = results['inputs']['points'], results['data_samples'].corr
    assert 50 < len(corr) < len(known)
    for point, view, label in zip(
            corr.point_idx.tolist(), corr.view_idx.tolist(), corr.label.tolist(), strict=True):
        assert label == known[(*points[point].tolist(), view)]


def test_maps_move_with_images_that_change_before_the_pairs_are_made(
        with_labels: dict[str, Any]) -> None:
    after = CorrespondencePipeline(with_pixel_labels=True)(
        LoadWeakLabels(17)(copy.deepcopy(with_labels)))['corr']
    results = RandomFlipImages(1.0)(ResizeImages((120, 192))(LoadWeakLabels(17)(with_labels)))
    before = CorrespondencePipeline(with_pixel_labels=True)(results)['corr']
    # A mirrored image has its strict border and its pixel edges elsewhere, by a part of a pixel.
    assert len(before) == pytest.approx(len(after), rel=0.05)
    shares = [torch.bincount(corr.label, minlength=256) / len(corr) for corr in (after, before)]
    torch.testing.assert_close(shares[0], shares[1], rtol=0, atol=0.02)


def test_each_cloud_gets_the_labels_of_its_own_views(with_labels: dict[str, Any]) -> None:
    results = LoadWeakLabels(17)(with_labels)
    results['inter_frame'] = dict(
        points=results['points'].copy(), aligned_xyz=results['points'][:, :3].copy(),
        view_rows=np.array([1]))
    pairs = CorrespondencePipeline(with_pixel_labels=True, keep_visible_points=False)
    corr = ForEachCloud([pairs])(results)['corr']
    assert torch.equal(corr.label, expected_labels(corr))
    assert set(corr.view_idx[corr.cloud_idx == 1].tolist()) == {1}


def test_a_batch_keeps_the_labels(with_labels: dict[str, Any]) -> None:
    results = CorrespondencePipeline(with_pixel_labels=True)(LoadWeakLabels(17)(with_labels))
    packed = PackDistillInputs()(results)
    inputs = DistillDataPreprocessor()(pseudo_collate([packed, packed]))['inputs']
    own = packed['data_samples'].corr.label
    assert torch.equal(inputs['corr'].label, torch.cat([own, own]))


def test_the_data_set_names_the_files(make_dataset: Any, tiny_root: Path) -> None:
    info = make_dataset(label_folder='weak').get_data_info(0)
    assert info['images']['CAM_FRONT']['label_path'] == str(
        tiny_root / 'weak/CAM_FRONT/scene-a_0_CAM_FRONT.png')
    assert 'region_path' not in info['images']['CAM_FRONT']


def test_errors(with_labels: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match='exclude each other'):
        CorrespondencePipeline(with_labels=True, with_pixel_labels=True)
    with pytest.raises(KeyError, match='needs LoadWeakLabels'):
        CorrespondencePipeline(with_pixel_labels=True)(copy.deepcopy(with_labels))
    with pytest.raises(ValueError, match='knows 16'):
        LoadWeakLabels(16)(copy.deepcopy(with_labels))
    with pytest.raises(ValueError, match='right after LoadImages'):
        LoadWeakLabels(17)(ResizeImages((30, 48))(copy.deepcopy(with_labels)))
    for image in with_labels['images'].values():
        del image['label_path']
    with pytest.raises(KeyError, match='label_folder'):
        LoadWeakLabels(17)(with_labels)
