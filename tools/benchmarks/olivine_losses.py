"""Time OLIVINE's contrast of classes, consistency and density against straightforward statements.

The defaults are the sizes of a step on nuScenes: 4096 drawn of 60 000 labelled pairs, 17 classes,
64 channels. Both ways of each part are checked to give the same values and gradients before they
are timed. Times are CPU time on the CPU.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/olivine_losses.py --out olivine.json
"""
from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from measure import add_measure_arguments, median_ms, peak_extra_mb, print_report
from torch import Tensor

from mmcrossdistill.models.layers.distance_density import distance_density
from mmcrossdistill.models.layers.von_mises_fisher import estimate_kappa, log_normalizer
from mmcrossdistill.models.losses import SupervisedContrastLoss, VMFConsistencyLoss

STEP, MAX_DISTANCE = 0.1, 250.0


def contrast_by_matrices(query: Tensor, key: Tensor, label: Tensor) -> Tensor:
    """Eq. 2 on matrices of all pairs; arguments as :class:`SupervisedContrastLoss`."""
    query, key = F.normalize(query, dim=1), F.normalize(key, dim=1)
    similar = torch.exp(query @ key.T / 0.07)
    same = (label.unsqueeze(1) == label).float()
    share = (similar * same).sum(1) / same.sum(1) / similar.sum(1)
    return -share.log().mean()


class ConsistencyByClass:
    """Eq. 6 to 11 in a loop over classes, with boolean masks; frozen averages as ours.

    Args:
        average ((K, C) float): of the classes; moved by each call, as a step of the warm-up does.
    """

    def __init__(self, average: Tensor) -> None:
        self.average = average.clone()

    def __call__(self, feats: Tensor, label: Tensor) -> Tensor:
        """Compute the loss; arguments as :class:`VMFConsistencyLoss`."""
        feats = F.normalize(feats, dim=1)
        total, channels = feats.new_zeros(()), feats.shape[1]
        for number, average in enumerate(self.average):
            members = feats[label == number]
            if not len(members):
                continue
            with torch.no_grad():
                average.mul_(0.9).add_(members.mean(0), alpha=0.1)
            length = average.norm().view(1)
            kappa = estimate_kappa(length, channels)
            density = log_normalizer(kappa, channels) + kappa * (members @ (average / length))
            total = total - density.sum()
        return total / len(feats)


def density_of_matrix(distance: Tensor) -> Tensor:
    """Eq. 12 at every different distance, from a matrix of all of them with all pairs."""
    places, inverse = distance.unique(return_inverse=True)
    bandwidth = 1.06 * distance.std() * len(distance) ** -0.2
    kernel = torch.exp(-0.5 * ((places.unsqueeze(1) - distance) / bandwidth) ** 2)
    density = kernel.sum(1) / (len(distance) * bandwidth * math.sqrt(2 * math.pi))
    return density[inverse]


def backward(loss: Callable[..., Tensor], leaves: tuple[Tensor, ...], label: Tensor,
             ) -> tuple[Tensor, ...]:
    """Compute a loss and its gradients."""
    value = loss(*leaves, label)
    return (value.detach(), *torch.autograd.grad(value, leaves))


def build_ways(args: argparse.Namespace) -> dict[str, dict[str, Callable[[], Any]]]:
    """Make both ways of each part.

    Args:
        args: the sizes.

    Returns:
        'ours' and 'reference' of each part, calls without arguments.
    """
    device = args.device
    label = torch.randint(args.classes, (args.labelled,), device=device)
    feats = torch.randn(args.labelled, args.channels, device=device)
    axes = torch.randn(args.classes, args.channels, device=device)
    feats = (feats + 2 * axes[label]).requires_grad_()
    drawn = feats.detach()[:args.pairs].requires_grad_()
    pixels = torch.randn(args.pairs, args.channels, device=device, requires_grad=True)
    # A plain number of points per metre of range, denser near the sensor.
    distance = (1 + 69 * torch.rand(args.labelled, device=device) ** 2)
    distance = (distance / STEP).round() * STEP
    contrast = SupervisedContrastLoss(args.classes).to(device)
    consistency = VMFConsistencyLoss(
        args.classes, args.channels, momentum=0.9, warm_up=0, freeze=False).to(device)
    by_class = ConsistencyByClass(consistency.classes.average)
    counted = torch.ones_like(label, dtype=torch.bool)
    return dict(
        class_contrast=dict(
            ours=partial(backward, contrast, (drawn, pixels), label[:args.pairs]),
            reference=partial(
                backward, contrast_by_matrices, (drawn, pixels), label[:args.pairs])),
        consistency=dict(
            ours=partial(backward, lambda *row: consistency(*row).loss, (feats,), label),
            reference=partial(backward, by_class, (feats,), label)),
        density=dict(
            ours=lambda: (distance_density(distance, counted, STEP, MAX_DISTANCE),),
            reference=lambda: (density_of_matrix(distance),)))


def check(ways: Mapping[str, Callable[[], Any]]) -> float:
    """Compare both ways of a part.

    Args:
        ways: 'ours' and 'reference'.

    Returns:
        Largest difference, as a share of the largest value.

    Raises:
        AssertionError: if they differ.
    """
    worst = 0.0
    for one, other in zip(ways['ours'](), ways['reference'](), strict=True):
        worst = max(worst, ((one - other).abs().max() / other.abs().max()).item())
    assert worst < 1e-4, worst
    return worst


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pairs', type=int, default=4096, help='drawn for the contrast')
    parser.add_argument('--labelled', type=int, default=60000, help='pairs of the batch')
    parser.add_argument('--classes', type=int, default=17)
    parser.add_argument('--channels', type=int, default=64)
    add_measure_arguments(parser)
    args = parser.parse_args()
    torch.manual_seed(0)
    on_gpu = args.device != 'cpu'
    parts = {}
    for name, ways in build_ways(args).items():
        difference = check(ways)
        times = median_ms(ways, args.repeats, on_gpu)
        peaks = {way: peak_extra_mb(call, on_gpu) for way, call in ways.items()}
        parts[name] = dict(
            max_difference=difference,
            ms={way: round(value, 2) for way, value in times.items()},
            peak_mb={way: round(value, 1) for way, value in peaks.items()},
            reference_over_ours=round(times['reference'] / times['ours'], 2))
    print_report(dict(parts=parts), args.device, args.out)


if __name__ == '__main__':
    main()
