"""Losses between dense depth maps."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.models.losses import DepthGradientLoss, SigLoss


def make_maps(shape: tuple[int, ...] = (2, 17, 21)) -> tuple[torch.Tensor, torch.Tensor]:
    """Random predictions, and measurements at about half of the pixels."""
    predicted = torch.rand(shape) * 60 + 1
    depth = torch.rand(shape) * 60 + 1
    depth[torch.rand(shape) < 0.5] = 0
    return predicted.requires_grad_(), depth


def log_error(predicted: torch.Tensor, depth: torch.Tensor) -> np.ndarray:
    """Differences of the logarithms, NaN where there is no measurement."""
    predicted, depth = predicted.detach().double().numpy(), depth.double().numpy()
    return np.where(depth > 0, np.log(predicted + 1e-3) - np.log(depth + 1e-3), np.nan)


def test_sig_loss_and_its_first_steps() -> None:
    predicted, depth = make_maps()
    loss = SigLoss(2.0, warm_up=2)
    error = log_error(predicted, depth)
    error = error[~np.isnan(error)]
    for _ in range(2):
        assert loss(predicted, depth).item() == pytest.approx(
            2 * np.sqrt(0.15) * abs(error.mean()), rel=1e-5)
    expected = 2 * np.sqrt(np.var(error, ddof=1) + 0.15 * error.mean() ** 2)
    assert loss(predicted, depth).item() == pytest.approx(expected, rel=1e-5)
    resumed = SigLoss(2.0, warm_up=2)
    resumed.load_state_dict(loss.state_dict())
    assert resumed(predicted, depth).item() == pytest.approx(expected, rel=1e-5)


def test_a_common_factor_costs_little() -> None:
    _, depth = make_maps()
    depth = depth + 10
    loss = SigLoss(warm_up=0)
    assert loss(depth * 1.2, depth).item() == pytest.approx(
        np.sqrt(0.15) * np.log(1.2), rel=1e-3)


def test_gradient_loss_of_every_scale() -> None:
    predicted, depth = make_maps()
    error = log_error(predicted, depth)
    expected = 0.0
    for stride in (1, 2, 4, 8):
        total, count = 0.0, 0
        for single in error[:, ::stride, ::stride]:
            count += (~np.isnan(single)).sum()
            for row in range(single.shape[0]):
                for column in range(single.shape[1]):
                    for other in ((row + 2, column), (row, column + 2)):
                        if other[0] < single.shape[0] and other[1] < single.shape[1]:
                            total += np.nan_to_num(abs(single[row, column] - single[other]))
        expected += total / count
    assert DepthGradientLoss(0.5)(predicted, depth).item() == pytest.approx(
        0.5 * expected, rel=1e-5)


@pytest.mark.parametrize('loss', [SigLoss(warm_up=0), DepthGradientLoss()])
def test_far_and_missing_depths_do_not_count(loss) -> None:
    predicted, depth = make_maps()
    loss.max_depth = 30.0
    near = depth.where(depth <= 30, 0)
    assert loss(predicted, depth).item() == pytest.approx(loss(predicted, near).item())
    empty = loss(predicted, torch.zeros_like(depth))
    empty.backward()
    assert empty.item() == 0 and predicted.grad.abs().max() == 0


@pytest.mark.parametrize('loss', [SigLoss(warm_up=0), DepthGradientLoss()])
def test_a_perfect_prediction_has_no_gradient(loss) -> None:
    _, depth = make_maps()
    predicted = depth.clone().clamp_min(1.0).requires_grad_()
    value = loss(predicted, depth)
    value.backward()
    assert value.item() < 1e-5 and torch.isfinite(predicted.grad).all()
