"""Time the sparse U-Net of SLidR on a real scan, and its convolutions against spconv's CPU path.

Where spconv is to be compared, install it into a folder of its own, never beside torch:
    pip install --target /tmp/spconv --no-deps spconv==2.3.8 cumm==0.7.11 pccm ccimport pybind11 \\
        fire portalocker lark
    OMP_NUM_THREADS=1 python tools/benchmarks/sparse_conv.py --spconv-path /tmp/spconv --threads 1 2
spconv is right on the CPU only with one thread, which the variable gives it, and has no gradients
there; our numbers of threads are set after it.
Times are CPU time of all threads, and seconds on the wall, which count on an idle machine only.
"""
from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmcrossdistill.evaluation.quantization_error import read_coords
from mmcrossdistill.models.backbones import SparseUNet
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.models.layers.sparse_conv import SparseTensor
from mmcrossdistill.models.layers.sparse_conv.modules import SparseConv3d
from mmcrossdistill.structures import PointBatch, VoxelBatch
from mmcrossdistill.utils.atomic_file import write_atomically

_OPERATIONS = {
    'matrix products': ('aten::mm', 'aten::addmm_', 'aten::addmm'),
    'gathers': ('aten::index_select',),
    'scatters': ('aten::scatter_add_', 'aten::index_add_'),
    'batch norm': ('aten::native_batch_norm', 'aten::native_batch_norm_backward'),
    'rulebooks': ('aten::searchsorted', 'aten::nonzero', 'aten::_unique2', 'aten::index'),
}


def main() -> None:
    """Measure and write one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--scans', nargs='+', type=Path,
                        help='one batch (default: the keyframe of scene-0061 of MMCD_REAL_DATA)')
    parser.add_argument('--voxel-size', type=float, default=0.1)
    parser.add_argument('--preset', default='minkunet34c')
    parser.add_argument('--threads', nargs='+', type=int, default=[1, 2])
    parser.add_argument('--repeats', type=int, default=5, help='after one that warms up')
    parser.add_argument('--spconv-path', type=Path, help='folder with spconv')
    parser.add_argument('--out', type=Path, help='json file')
    args = parser.parse_args()
    torch.manual_seed(0)
    scans = args.scans or [_default_scan()]
    voxels = read_voxels(scans, args.voxel_size)
    model = SparseUNet(preset=args.preset, out_channels=64)
    calls = record_convolutions(model, voxels)
    result: dict[str, Any] = dict(
        scans=[path.name for path in scans], voxel_size=args.voxel_size, preset=args.preset,
        num_voxels=len(voxels), giga_multiply_adds_forward=round(sum(
            multiply_adds(conv, x) for conv, x in calls.values()) / 1e9, 2),
        matrix_product_gflops=matrix_product_speed(), network=[])
    for threads in args.threads:
        torch.set_num_threads(threads)
        result['network'].append(dict(threads=threads, **time_network(model, voxels, args.repeats)))
    torch.set_num_threads(1)
    result['profile_percent_1_thread'] = profile(model, voxels)
    result['same_with_threads'] = same_with_threads(calls, args.threads)
    result['convolutions_forward'] = time_convolutions(
        calls, args.repeats, args.threads, args.spconv_path)
    text = json.dumps(result, indent=1) + '\n'
    print(text, end='')
    if args.out is not None:
        write_atomically(args.out, text.encode())


def _default_scan() -> Path:
    """The scan that the numbers in the docs speak of."""
    folder = Path(os.environ.get(
        'MMCD_REAL_DATA', Path(__file__).resolve().parents[3] / 'shared' / 'real'))
    found = sorted((folder / 'nuscenes').glob('scene-0061*/*LIDAR_TOP*.bin'))
    if not found:
        raise SystemExit(f'sparse_conv.py: no scan below {folder}; give --scans FILE')
    return found[0]


def read_voxels(scans: Sequence[Path], voxel_size: float) -> VoxelBatch:
    """Make a batch of real scans.

    Args:
        scans: files.
        voxel_size: metres.
    """
    clouds = [read_coords(path) for path in scans]
    coords = torch.cat(clouds)
    batch_idx = torch.repeat_interleave(
        torch.arange(len(clouds)), torch.tensor([len(cloud) for cloud in clouds]))
    feats = torch.cat([torch.rand(len(coords), 1), coords, coords[:, :1]], dim=1)
    return Voxelizer(voxel_size)(PointBatch(coords, feats, batch_idx, None, len(clouds)))


def record_convolutions(
    model: SparseUNet, voxels: VoxelBatch,
) -> dict[str, tuple[SparseConv3d, SparseTensor]]:
    """Find every convolution and what it reads.

    Args:
        model: the network.
        voxels: the batch.
    """
    calls: dict[str, tuple[SparseConv3d, SparseTensor]] = {}
    handles = [
        module.register_forward_pre_hook(
            lambda conv, inputs, name=name: calls.__setitem__(name, (conv, inputs[0])))
        for name, module in model.named_modules() if isinstance(module, SparseConv3d)]
    with torch.no_grad():
        model(voxels)
    for handle in handles:
        handle.remove()
    return calls


def multiply_adds(conv: SparseConv3d, x: SparseTensor) -> int:
    """Count those of a forward pass.

    Args:
        conv: the layer.
        x: its input, whose rulebook is made.
    """
    kernel_map = x.rulebooks[conv.indice_key].kernel_map
    pairs = sum(len(rows) for rows in kernel_map.inputs)
    if kernel_map.identity is not None:
        pairs += kernel_map.num_inputs
    return pairs * conv.in_channels * conv.out_channels


def matrix_product_speed() -> float:
    """Speed of one thread at a product of the sizes that occur: the limit of everything here."""
    torch.set_num_threads(1)
    left, right, out = torch.randn(1024, 96), torch.randn(96, 96), torch.empty(1024, 96)
    times = [_time(lambda: [torch.mm(left, right, out=out) for _ in range(50)])[0]
             for _ in range(7)]
    return round(50 * 2 * left.numel() * 96 / statistics.median(times) / 1e9, 1)


def _time(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of CPU time and on the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - cpu, time.perf_counter() - wall


def time_network(model: SparseUNet, voxels: VoxelBatch, repeats: int) -> dict[str, float]:
    """Time forward alone and forward with backward, rulebooks included.

    Args:
        model: the network.
        voxels: the batch.
        repeats: rounds after the first.
    """
    def both() -> None:
        model.zero_grad(set_to_none=True)
        model(voxels).square().mean().backward()

    def forward() -> None:
        with torch.no_grad():
            model(voxels)

    result = {}
    for name, call in (('forward', forward), ('forward_backward', both)):
        times = [_time(call) for _ in range(repeats + 1)][1:]
        for clock, values in zip(('cpu_s', 'wall_s'), zip(*times, strict=True), strict=True):
            result[f'{name}_{clock}'] = round(statistics.median(values), 3)
    return result


def profile(model: SparseUNet, voxels: VoxelBatch) -> dict[str, float]:
    """Share of each kind of operation in a step.

    Args:
        model: the network.
        voxels: the batch.
    """
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as run:
        model(voxels).square().mean().backward()
    times = {event.key: event.self_cpu_time_total for event in run.key_averages()}
    total = sum(times.values())
    shares = {name: sum(times.get(key, 0) for key in keys) for name, keys in _OPERATIONS.items()}
    shares['everything else'] = total - sum(shares.values())
    return {name: round(100 * value / total, 1) for name, value in shares.items()}


def same_with_threads(
    calls: dict[str, tuple[SparseConv3d, SparseTensor]], counts: Sequence[int],
) -> dict[str, bool]:
    """Compare values and gradients of all convolutions bit by bit.

    Args:
        calls: the convolutions and what they read.
        counts: numbers of threads; each is run twice.
    """
    def run(conv: SparseConv3d, x: SparseTensor) -> list[Tensor]:
        feats = x.feats.detach().clone().requires_grad_()
        out = conv(x.with_feats(feats)).feats
        return [out.detach(), *torch.autograd.grad(out.square().sum(), (feats, conv.weight))]

    same = dict(output=True, input_gradient=True, weight_gradient=True)
    for conv, x in calls.values():
        results = []
        for count in (*counts, *counts):
            torch.set_num_threads(count)
            results.append(run(conv, x))
        for name, *values in zip(same, *results, strict=True):
            same[name] &= all(torch.equal(value, values[0]) for value in values[1:])
    torch.set_num_threads(1)
    return same


def time_convolutions(
    calls: dict[str, tuple[SparseConv3d, SparseTensor]], repeats: int, threads: Sequence[int],
    spconv_path: Path | None,
) -> list[dict[str, Any]]:
    """Time each kind of convolution, and spconv's in turn with it.

    The rulebook is made before but for strided ones, which include it on both sides.

    Args:
        calls: the convolutions and what they read.
        repeats: rounds after the first.
        threads: numbers of threads of ours; spconv has one.
        spconv_path: folder with spconv, or ``None``.
    """
    kinds: dict[tuple, list[str]] = {}
    for name, (conv, _) in calls.items():
        key = (conv.kind, conv.indice_key, conv.in_channels, conv.out_channels)
        kinds.setdefault(key, []).append(name)
    rows = []
    for (kind, key, width_in, width_out), names in kinds.items():
        conv, x = calls[names[0]]
        rivals = {f'ours_{count}_threads': (count, partial(_run_ours, conv, x))
                  for count in threads}
        if spconv_path is not None:
            with torch.no_grad():
                rivals['spconv'] = (1, _spconv_call(conv, x, spconv_path))
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
        with torch.no_grad():
            for _ in range(repeats + 1):
                for name, (count, call) in rivals.items():
                    torch.set_num_threads(count)
                    times[name].append(_time(call))
        torch.set_num_threads(1)
        row = dict(kind=kind, indice_key=key, in_channels=width_in, out_channels=width_out,
                   layers=len(names), voxels=len(x.coords),
                   mega_multiply_adds=round(multiply_adds(conv, x) / 1e6, 1))
        for place, clock in enumerate(('cpu_ms', 'wall_ms')):
            row[clock] = {name: round(1e3 * statistics.median(
                pair[place] for pair in values[1:]), 3) for name, values in times.items()}
        rows.append(row)
    return rows


def _run_ours(conv: SparseConv3d, x: SparseTensor) -> SparseTensor:
    """Run a layer; a strided one makes its pairs anew, because spconv's does so each time."""
    return conv(replace(x, rulebooks={}) if conv.kind == 'strided' else x)


def _spconv_call(conv: SparseConv3d, x: SparseTensor, path: Path) -> Callable[[], Any]:
    """Prepare spconv's layer on the same voxels with the same weights, its pairs made."""
    if str(path) not in sys.path:
        sys.path.append(str(path))
    import spconv.pytorch as spconv
    book = x.rulebooks[conv.indice_key]
    coords = book.in_coords.clone()
    coords[:, 1:] -= coords[:, 1:].amin(0).div(64, rounding_mode='floor') * 64
    shape = ((coords[:, 1:].amax(0) // 64 + 1) * 64).tolist()
    kinds = dict(submanifold=spconv.SubMConv3d, strided=spconv.SparseConv3d,
                 inverse=spconv.SparseInverseConv3d)
    options = dict(stride=conv.stride, padding=conv.padding) if conv.kind == 'strided' else {}
    layer = kinds[conv.kind](conv.in_channels, conv.out_channels, conv.kernel_size, bias=False,
                             indice_key='own', **options)
    layer.weight.copy_(conv.weight.view(*conv.kernel_size, *conv.weight.shape[1:])
                       .permute(4, 0, 1, 2, 3))
    width = conv.out_channels if conv.kind == 'inverse' else conv.in_channels
    start = spconv.SparseConvTensor(
        torch.randn(len(coords), width), coords.int().contiguous(), shape, x.batch_size)
    if conv.kind == 'inverse':
        start = spconv.SparseConv3d(width, conv.in_channels, 2, 2, bias=False, indice_key='own')(
            start)
    else:
        start = start.replace_feature(x.feats.contiguous())
    out = layer(start)
    if conv.kind == 'submanifold':
        start.indice_dict = out.indice_dict
    if conv.kind == 'submanifold' and not torch.allclose(
            out.features, conv(x).feats, rtol=1e-3, atol=1e-3):
        raise RuntimeError(f'spconv and our convolution disagree in {conv}')
    return lambda: layer(start)


if __name__ == '__main__':
    main()
