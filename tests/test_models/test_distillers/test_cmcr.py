"""CMCR from its configs, against its equations written out."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import CommitmentLoss
from mmcrossdistill.structures import cloud
from mmcrossdistill.testing.tiny import TINY_IMAGE, random_batch

from .conftest import TINY_3D, TINY_R50, losses_and_gradients

CONFIG = 'cmcr/cmcr_minkunet34.py'
TINY = TINY_R50 | TINY_3D | {'model.num_pairs': None}
HEADS = {'projector_2d', 'specific_2d', 'backbone_3d', 'projector_3d', 'specific_3d'}
PARTS = {'codebook': None, 'commitment': None, 'reconstruction': None, 'occupancy': None,
         'orthogonality': None}


def batch(**kwargs: int) -> dict:
    """Two scenes of two cameras with hidden patches and places."""
    return random_batch(**dict(num_views=2, with_masks=True, num_queries=12) | kwargs)


def nearest(rows: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
    """The nearest codes by all distances."""
    return codes[torch.cdist(rows.double(), codes.double()).argmin(1)]


def test_the_losses_are_those_of_the_equations(build_method) -> None:
    model = build_method(CONFIG, TINY | {'model.codebook.num_codes': 16})
    inputs = model.data_preprocessor(batch(), True)['inputs']
    codes = model.codebook.codes.clone()
    found = model(inputs, mode='loss')
    corr, hidden = inputs['corr'], inputs['masks'].hidden
    assert len(corr) + len(hidden) == 80 and 20 < len(corr) < 60
    with torch.no_grad():
        is_hidden = inputs['masks'].patches.repeat_interleave(8, 1).repeat_interleave(8, 2)
        maps = model.backbone_2d(inputs['imgs'] * ~is_hidden[:, None])[-1]
        large = [F.interpolate(head(maps), TINY_IMAGE, mode='bilinear', align_corners=True)
                 for head in (model.projector_2d, model.specific_2d)]
        points = model.backbone_3d(cloud(inputs))
        shared_3d = F.normalize(model.projector_3d(points), dim=1)
        specific_3d = model.specific_3d(points)
        shared_2d = F.normalize(large[0], dim=1)

        column, row = corr.pixel_uv.long().unbind(1)
        pixel_rows, point_rows = shared_2d[corr.view_idx, :, row, column], shared_3d[corr.point_idx]
        logits = point_rows @ pixel_rows.T / 0.07
        assert found['loss_contrast'].item() == pytest.approx(
            (logits.logsumexp(1) - logits.diagonal()).mean().item(), rel=1e-4)

        point_codes = nearest(point_rows, codes)
        commitment = ((pixel_rows - point_codes) ** 2 + (point_rows - point_codes) ** 2).sum(1)
        assert found['loss_commitment'].item() == pytest.approx(
            commitment.mean().item(), rel=1e-4)

        painted = nearest(shared_2d.permute(0, 2, 3, 1).flatten(0, 2), codes)
        painted = painted.view(4, *TINY_IMAGE, 64).permute(0, 3, 1, 2).contiguous()
        by_pixel: dict[tuple, list] = {}
        for point, view, (u, v) in zip(
                hidden.point_idx, hidden.view_idx, hidden.pixel_uv, strict=True):
            by_pixel.setdefault((int(view), int(v), int(u)), []).append(
                nearest(shared_3d[point][None], codes)[0])
        for (view, v, u), rows in by_pixel.items():
            painted[view, :, v, u] = torch.stack(rows).mean(0)
        colours = model.reconstruction(painted + large[1])
        mean, std = model.data_preprocessor.mean, model.data_preprocessor.std
        assert found['loss_image'].item() == pytest.approx(
            F.mse_loss(colours, (inputs['imgs'] * std + mean) / 255).item(), rel=1e-4)

        queries, rows_3d = inputs['queries'], nearest(shared_3d, codes) + specific_3d
        judged = model.occupancy.layers(torch.cat(
            [rows_3d[queries.point_idx], queries.offset], dim=1))[:, 0]
        assert found['loss_occupancy'].item() == pytest.approx(
            F.binary_cross_entropy_with_logits(
                judged, (queries.kind[queries.query_idx] == 0).float()).item(), rel=1e-4)

        for name, shared, specific in (
                ('2d', *(m.permute(0, 2, 3, 1).flatten(0, 2) for m in (shared_2d, large[1]))),
                ('3d', shared_3d, specific_3d)):
            product = F.normalize(shared, dim=1).T @ F.normalize(specific, dim=1) / len(shared)
            assert found[f'loss_orthogonality_{name}'].item() == pytest.approx(
                product.square().sum().item(), rel=1e-4)


@pytest.mark.parametrize('config,tiny', [
    (CONFIG, TINY),
    ('cmcr/cmcr_voxelnet.py', TINY_R50 | {
        'model.backbone_3d.widths': (4, 4, 4, 4), 'model.backbone_3d.last_width': 4,
        'model.projector_3d.in_channels': 8}),
    ('cmcr/cmcr_cylinder3d.py', TINY_R50 | {
        'model.backbone_3d.preset': 'test_tiny', 'model.projector_3d.in_channels': 16})])
def test_heads_decoders_and_the_3d_side_learn(build_method, config: str, tiny: dict) -> None:
    model = build_method(config, tiny)
    losses, learning = losses_and_gradients(model, batch())
    assert all(torch.isfinite(value) for value in losses.values())
    assert learning == HEADS | {'reconstruction', 'occupancy'}
    assert not model.backbone_2d.training and model.specific_2d.training


@pytest.mark.parametrize('row,parts,learning', [
    ('pp', {'contrast'}, {'projector_2d', 'backbone_3d', 'projector_3d'}),
    ('rec', {'contrast', 'image', 'occupancy'}, HEADS | {'reconstruction', 'occupancy'}),
    ('codebook', {'contrast', 'image', 'occupancy', 'commitment'},
     HEADS | {'reconstruction', 'occupancy'}),
    ('geometry', {'contrast', 'image', 'occupancy', 'commitment'},
     HEADS | {'reconstruction', 'occupancy'})])
def test_the_rows_of_table_6(build_method, row: str, parts: set, learning: set) -> None:
    model = build_method(f'cmcr/cmcr_minkunet34_{row}.py', TINY)
    losses, found = losses_and_gradients(model, batch())
    assert {name[5:] for name in losses if name.startswith('loss_')} == parts
    assert found == learning
    assert all(parameter.grad is not None for parameter in model.parameters()
               if parameter.requires_grad), 'DistributedDataParallel waits for every parameter'


@pytest.mark.parametrize('row,reached', [('codebook', False), ('geometry', True)])
def test_painting_teaches_the_3d_side_through_geometry_alone(
        build_method, row: str, reached: bool) -> None:
    model = build_method(f'cmcr/cmcr_minkunet34_{row}.py', TINY)
    model(**model.data_preprocessor(batch(), True), mode='loss')['loss_image'].backward()
    grad = model.projector_3d.linear.weight.grad
    assert (grad is not None and bool(grad.any())) == reached


def test_without_pairs_losses_are_zeros_with_gradient(build_method) -> None:
    model = build_method(CONFIG, TINY)
    codes = model.codebook.codes.clone()
    losses, learning = losses_and_gradients(model, batch(num_pairs=0))
    assert losses['loss_contrast'].item() == 0 == losses['loss_commitment'].item()
    assert losses['loss_image'].item() > 0 and torch.equal(codes, model.codebook.codes)
    assert learning == HEADS | {'reconstruction', 'occupancy'}


def test_the_codebook_moves_once_per_training_step(build_method) -> None:
    model = build_method(CONFIG, TINY | {'model.codebook.decay': 0.9})
    data = model.data_preprocessor(batch(), True)
    with torch.no_grad():
        model.eval()(**data, mode='loss')
        assert not model.codebook.counts.any()
        losses = model.train()(**data, mode='loss')
    pairs = len(data['inputs']['corr'])
    torch.testing.assert_close(
        model.codebook.counts.sum(1), torch.full((2,), 0.1 * pairs))
    assert 0 < losses['codebook/used'] <= 1 and 0 <= losses['codebook/joint'] <= 1


def test_the_released_variants(build_method) -> None:
    model = build_method('cmcr/cmcr_minkunet34_released.py', TINY)
    assert isinstance(model.commitment, CommitmentLoss) and model.commitment.codeword == 'cross'
    losses, _ = losses_and_gradients(model, batch())
    assert {name[5:] for name in losses if name.startswith('loss_')} == {
        'contrast', 'image', 'occupancy', 'intensity', 'commitment', 'code_contrast',
        'orthogonality_3d'}


def test_whole_images_give_paired_features(build_method) -> None:
    model = build_method(CONFIG, TINY).eval()
    pairs = model(**model.data_preprocessor(random_batch(), False))
    assert pairs.feat_2d.shape == pairs.feat_3d.shape == (80, 64)


def test_autocast_keeps_losses_in_float32(build_method) -> None:
    model = build_method(CONFIG, TINY)
    data = model.data_preprocessor(batch(), True)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        losses = model(**data, mode='loss')
    assert all(value.dtype == torch.float32 and value.isfinite() for value in losses.values())


@pytest.mark.parametrize('absent,transform', [
    (dict(with_masks=False), 'MaskImages'), (dict(num_queries=None), 'SampleOccupancyQueries')])
def test_a_pipeline_that_lacks_something_is_told(
        build_method, absent: dict, transform: str) -> None:
    model = build_method(CONFIG, TINY)
    with pytest.raises(KeyError, match=transform):
        model(**model.data_preprocessor(batch(**absent), True), mode='loss')


@pytest.mark.parametrize('options,message', [
    ({'codebook': None}, 'commitment needs codebook'),
    ({'reconstruction': None}, 'with_geometry needs reconstruction'),
    (PARTS | {'with_geometry': False, 'orthogonality': dict(type='OrthogonalityLoss')},
     'orthogonality needs'),
    ({'projector_3d': None}, 'occupancy needs projector_3d'),
    ({'orthogonal_modalities': ('image',)}, 'orthogonal_modalities')])
def test_parts_without_what_they_need_are_refused(
        build_method, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_method(CONFIG, TINY_R50 | {
            'model.backbone_3d.preset': 'test_tiny',
            **{f'model.{key}': value for key, value in options.items()}})
