"""Simple Remedies from its config: two clouds against the same images."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from mmcrossdistill.testing.tiny import random_batch

from .conftest import TINY_3D, TINY_R50, losses_and_gradients

CONFIG = 'simple_remedies/ppm.py'


def batch() -> dict:
    """Two scenes with two clouds each; the second sees other pixels."""
    data = random_batch(num_views=2, with_regions=True)
    for sample in data['data_samples']:
        corr = sample.corr
        sample.corr = replace(corr, cloud_idx=(corr.point_idx >= 40).long())
        sample.set_metainfo(dict(cloud_sizes=(40, 20)))
    return data


def test_both_clouds_are_encoded_and_averaged_in_their_superpixels(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50)
    inputs = model.data_preprocessor(batch(), True)['inputs']
    assert inputs['voxels'].batch_size == 4
    assert inputs['voxels'].grid.voxel_size == (0.05, 0.05, 0.05)
    assert len(model(inputs).feat_2d) == inputs['regions'].num_rows
    losses, learning = losses_and_gradients(model, batch())
    assert torch.isfinite(losses['loss_contrast'])
    assert learning == {'projector_2d', 'backbone_3d', 'projector_3d'}


def test_each_cloud_may_have_rows_of_its_own(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | TINY_R50 | {'model.superpoints': 'per_cloud'})
    inputs = model.data_preprocessor(batch(), True)['inputs']
    pairs, count, corr = model(inputs), inputs['regions'].num_rows, inputs['corr']
    assert len(pairs.feat_3d) == 2 * count
    assert torch.equal(pairs.feat_2d[:count], pairs.feat_2d[count:])
    for number in range(2):
        hit = torch.zeros(count)
        hit[corr.region_id[corr.cloud_idx == number]] = 1
        assert torch.equal(pairs.weight[number * count:(number + 1) * count], hit)


def test_what_is_missing_is_told(build_method) -> None:
    with pytest.raises(ValueError, match='per_cloud'):
        build_method(CONFIG, TINY_3D | TINY_R50 | {'model.superpoints': 'both'})
    model = build_method(CONFIG, TINY_3D | TINY_R50 | {'model.superpoints': 'per_cloud'})
    with pytest.raises(KeyError, match='LoadInterFrameCloud'):
        model(**model.data_preprocessor(random_batch(with_regions=True)), mode='loss')
