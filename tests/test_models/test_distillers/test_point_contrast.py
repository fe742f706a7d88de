"""PointContrast from its config."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.testing.tiny import collate, random_cloud_views

from .conftest import TINY_3D, losses_and_gradients

CONFIG = 'point_contrast/point_contrast_minkunet34.py'


def batch() -> dict:
    """Two clouds with two views each."""
    samples = collate([random_cloud_views(seed=seed) for seed in range(2)])
    # pseudo_collate turns a list of pairs into a pair of lists.
    samples['inputs']['cloud_views'] = list(zip(*samples['inputs']['cloud_views'], strict=True))
    return samples


def test_the_loss_is_that_of_the_definition(build_method) -> None:
    model = build_method(CONFIG, TINY_3D)
    inputs = model.data_preprocessor(batch(), True)['inputs']
    found = model(inputs, mode='loss')['loss_contrast']
    with torch.no_grad():
        first, second = (F.normalize(rows, dim=1) for rows in model(inputs))
        query, key = first[inputs['matches'][:, 0]], second[inputs['matches'][:, 1]]
        logits = query @ key.T / 0.07
        expected = (logits.logsumexp(1) - logits.diagonal()).mean()
    assert len(query) == 100 and found.item() == pytest.approx(expected.item(), rel=1e-4)


def test_everything_learns_from_the_drawn_matches(build_method) -> None:
    model = build_method(CONFIG, TINY_3D | {'model.num_pairs': 20})
    losses, learning = losses_and_gradients(model, batch())
    assert losses['chance'].item() == pytest.approx(torch.tensor(20.0).log().item())
    assert learning == {'backbone_3d', 'projector_3d'}


def test_bad_settings_are_refused(build_method) -> None:
    with pytest.raises(ValueError, match='num_pairs'):
        build_method(CONFIG, TINY_3D | {'model.num_pairs': 0})
    model = build_method(CONFIG, TINY_3D)
    with pytest.raises(ValueError, match='modes'):
        model(**model.data_preprocessor(batch()), mode='predict')
