"""Time a step of CD's two stages by its parts, against its encoders alone.

Also: a step in mixed precision (--amp of tools/train.py) against one in float32; features sampled
at the pairs against upsampled maps, and WaffleIron against a straightforward statement with sparse
matrices, both checked to give the same before they are timed. Times are CPU time, so that one
thread gives the cleanest figures. By default a ViT-S/14 at 224x448 and a WaffleIron of 48 x 256,
batch 2, on a synthetic scan of nuScenes' size.

Examples:
    OMP_NUM_THREADS=1 python tools/benchmarks/cd_step.py --out docs/benchmarks/cd_step.json
    python tools/benchmarks/cd_step.py --repeats 1 --configs configs/cd/minidrive_stage1.py \
        configs/cd/minidrive_stage2.py --cfg-options randomness.seed=0
"""
from __future__ import annotations

import argparse
import copy
import statistics
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from measure import add_measure_arguments, median_ms, peak_extra_mb, print_report, time_ms
from mmcv.transforms import Compose
from mmengine.config import Config, DictAction
from mmengine.dataset import pseudo_collate
from mmengine.optim import OptimWrapper, build_optim_wrapper
from mmengine.registry import init_default_scope
from synthetic_frame import write_frame
from torch import Tensor
from waffleiron_plain import PlainWaffleIron

from mmcrossdistill.models.distillers import BaseDistiller
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels
from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.run_config import set_amp

CONFIGS = ('configs/cd/stage1_vits.py', 'configs/cd/stage2_vits.py')
NARROW = {'model.backbone_3d.embed_dims': 256, 'model.projector_3d.in_channels': 256}
# Timing needs no weights.
UNTRAINED = {
    'model.backbone_2d.checkpoint': None, 'model.backbone_2d.init_cfg': None,
    'model.stage1_checkpoint': None, 'model.require_stage1': False,
    'model.cache_frozen_2d': False}
ENCODER_PARTS = ('2d_forward', '2d_backward', '3d_forward', '3d_backward')


def build(cfg: Config, frame: dict[str, Any], args: argparse.Namespace,
          ) -> tuple[BaseDistiller, Callable[[], dict[str, Any]]]:
    """Build what a stage runs.

    Args:
        cfg: of the stage.
        frame: what the pipeline starts from.
        args: of the command line.

    Returns:
        The distiller in training mode, and what loads and collates a batch.
    """
    model = MODELS.build(cfg.model).to(args.device).train()
    pipeline = Compose(cfg.train_dataloader.dataset.pipeline)
    return model, lambda: pseudo_collate(
        [pipeline(copy.deepcopy(frame)) for _ in range(args.batch_size)])


def learning(model: BaseDistiller, branch: str) -> Any:
    """Context of a branch: without gradients where it is frozen.

    Args:
        model: the distiller.
        branch: '2d' or '3d'.
    """
    return torch.no_grad() if branch in model.frozen_branches else nullcontext()


def split_step(model: BaseDistiller, optim: OptimWrapper, batch: dict[str, Any],
               on_gpu: bool) -> dict[str, float]:
    """Run one step, cut into parts at detached tensors: the same gradients as in one piece.

    Args:
        model: the distiller.
        optim: of the learning branch.
        batch: collated samples.
        on_gpu: see :func:`measure.time_ms`.

    Returns:
        Milliseconds of each part.
    """
    times: dict[str, float] = {}

    def part(name: str, call: Callable[[], Any]) -> Any:
        times[name], result = time_ms(call, on_gpu)
        return result

    def cut(tensor: Tensor) -> Tensor:
        return tensor.detach().requires_grad_(tensor.requires_grad)

    inputs = part('preprocess', lambda: model.data_preprocessor(batch, True))['inputs']
    with learning(model, '2d'):
        maps = part('2d_forward', lambda: model.backbone_2d(inputs['imgs'])[-1])
    with learning(model, '3d'):
        rows = part('3d_forward', lambda: model.backbone_3d(inputs['points']))
        cut_rows = cut(rows)
        projected = part('projector_forward', lambda: model.projector_3d(cut_rows))
    cut_maps, cut_projected = cut(maps), cut(projected)
    size = tuple(inputs['imgs'].shape[-2:])
    loss = part('sampling_loss_forward', lambda: model.parse_losses(model.head.loss(
        model.pooler(cut_maps, cut_projected, inputs['corr'], size), model.direction))[0])
    part('sampling_loss_backward', loss.backward)
    if maps.requires_grad:
        part('2d_backward', lambda: maps.backward(cut_maps.grad))
    if rows.requires_grad:
        part('projector_backward', lambda: projected.backward(cut_projected.grad))
        part('3d_backward', lambda: rows.backward(cut_rows.grad))
    part('optimizer', lambda: (optim.step(), optim.zero_grad()))
    return times


def encoders_alone(model: BaseDistiller, inputs: dict[str, Any]) -> None:
    """Run both encoders forward and the learning one backward: the floor of a step.

    Args:
        model: the distiller.
        inputs: a batch from the data preprocessor.
    """
    for branch, call in (('2d', lambda: model.backbone_2d(inputs['imgs'])[-1]),
                         ('3d', lambda: model.backbone_3d(inputs['points']))):
        with learning(model, branch):
            out = call()
        if out.requires_grad:
            out.backward(torch.ones_like(out))
    model.zero_grad()


def time_stage(cfg: Config, frame: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Time the steps of one stage.

    Args:
        cfg: of the stage.
        frame: what the pipeline starts from.
        args: of the command line.

    Returns:
        Milliseconds by part, of the whole step and of the floor, and the share of the overhead.
    """
    on_gpu = args.device != 'cpu'
    model, load = build(cfg, frame, args)
    optim = build_optim_wrapper(model, cfg.optim_wrapper)
    batch = load()
    inputs = model.data_preprocessor(batch, True)['inputs']
    whole = median_ms(dict(
        data=load, step=lambda: model.train_step(batch, optim),
        floor=lambda: encoders_alone(model, inputs)), args.repeats, on_gpu)
    runs = [split_step(model, optim, batch, on_gpu) for _ in range(args.repeats + 1)][1:]
    parts = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    encoders = sum(parts.get(name, 0.0) for name in ENCODER_PARTS)
    return dict(
        direction=model.direction, points=len(inputs['points']), pairs=len(inputs['corr']),
        data_ms=round(whole['data'], 2), parts_ms={k: round(v, 2) for k, v in parts.items()},
        step_ms=round(whole['step'], 2), floor_ms=round(whole['floor'], 2),
        overhead_share=round(whole['step'] / whole['floor'] - 1, 4),
        overhead_share_of_parts=round(sum(parts.values()) / encoders - 1, 4))


def time_amp(cfg: Config, frame: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Compare a step in mixed precision with one in float32.

    Args:
        cfg: of the stage.
        frame: what the pipeline starts from.
        args: of the command line.

    Returns:
        Milliseconds of each, and the loss of the first step of each.
    """
    mixed = copy.deepcopy(cfg)
    set_amp(mixed)
    calls, losses, batch = {}, {}, None
    for name, config in (('float32', cfg), ('amp', mixed)):
        torch.manual_seed(0)
        model, load = build(config, frame, args)
        batch = batch or load()
        optim = build_optim_wrapper(model, config.optim_wrapper)
        losses[name] = model.train_step(batch, optim)['loss'].item()
        calls[name] = partial(model.train_step, batch, optim)
    times = median_ms(calls, args.repeats, args.device != 'cpu')
    return dict(
        optim_wrapper=mixed.optim_wrapper.type, first_loss=losses,
        ms={name: round(value, 2) for name, value in times.items()},
        float32_over_amp=round(times['float32'] / times['amp'], 2))


def read_upsampled(maps: Tensor, view_idx: Tensor, pixel_uv: Tensor,
                   image_size: tuple[int, int]) -> Tensor:
    """Upsample whole maps and read them at pixels, as published code does.

    Args:
        maps ((B, C, h, w) float): feature maps.
        view_idx ((M,) int64): map of each pixel.
        pixel_uv ((M, 2) float): pixels.
        image_size: (H, W).
    """
    large = F.interpolate(maps, image_size, mode='bilinear', align_corners=True)
    column, row = pixel_uv.floor().long().unbind(1)
    return large[view_idx, :, row, column]


def time_sampling(cfg: Config, frame: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Compare both ways from a map to features at the pairs.

    Args:
        cfg: of a stage.
        frame: what the pipeline starts from.
        args: of the command line.

    Returns:
        Milliseconds and MiB of each way, forward alone and with the backward pass.
    """
    on_gpu = args.device != 'cpu'
    model, load = build(cfg, frame, args)
    inputs = model.data_preprocessor(load())['inputs']
    size = tuple(inputs['imgs'].shape[-2:])
    with torch.no_grad():
        maps = model.backbone_2d(inputs['imgs'])[-1].contiguous().requires_grad_()
    where = (inputs['corr'].view_idx, inputs['corr'].pixel_uv, size)
    torch.testing.assert_close(
        sample_features_at_pixels(maps, *where), read_upsampled(maps, *where),
        rtol=1e-3, atol=1e-4)

    def forward(way: Callable[..., Tensor]) -> None:
        with torch.no_grad():
            way(maps, *where)

    def both(way: Callable[..., Tensor]) -> None:
        out = way(maps, *where)
        out.backward(torch.ones_like(out))
        maps.grad = None

    calls = {
        f'{name}_{passes}': partial(call, way)
        for name, way in (('sampled', sample_features_at_pixels), ('upsampled', read_upsampled))
        for passes, call in (('forward', forward), ('forward_backward', both))}
    times = median_ms(calls, args.repeats, on_gpu)
    return dict(
        pairs=len(where[0]), channels=maps.shape[1], map_size=list(maps.shape[-2:]),
        image_size=list(size), ms={name: round(value, 2) for name, value in times.items()},
        peak_mb={name: round(peak_extra_mb(call, on_gpu), 1) for name, call in calls.items()},
        upsampled_over_sampled=round(
            times['upsampled_forward_backward'] / times['sampled_forward_backward'], 2))


def time_waffleiron(cfg: Config, frame: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """Compare our WaffleIron with the straightforward one.

    Args:
        cfg: of a stage.
        frame: what the pipeline starts from.
        args: of the command line.

    Returns:
        Milliseconds of each, forward and backward, and their largest relative difference.
    """
    model, load = build(cfg, frame, args)
    points = model.data_preprocessor(load())['inputs']['points']
    encoder = model.backbone_3d.requires_grad_(True).eval()
    plain = PlainWaffleIron(encoder)
    with torch.no_grad():
        ours, theirs = encoder(points), plain(points)
    difference = float((ours - theirs).abs().max() / theirs.abs().max())
    if difference > 1e-3:
        raise RuntimeError(f'the plain WaffleIron computes something else: {difference:.1e}')

    def both(network: Callable[..., Tensor]) -> None:
        out = network(points)
        out.backward(torch.ones_like(out))
        encoder.zero_grad()

    calls = dict(ours=partial(both, encoder), plain=partial(both, plain))
    times = median_ms(calls, args.repeats, args.device != 'cpu')
    return dict(
        points=len(points), max_relative_difference=difference,
        ms={name: round(value, 2) for name, value in times.items()},
        plain_over_ours=round(times['plain'] / times['ours'], 2))


def main() -> None:
    """Run the benchmark, print json and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--configs', nargs=2, default=CONFIGS, help='of stage 1 and of stage 2')
    parser.add_argument(
        '--cfg-options', nargs='+', action=DictAction,
        help='overrides for both configs, instead of those that narrow the WaffleIron to 256')
    parser.add_argument('--batch-size', type=int, default=2)
    add_measure_arguments(parser)
    args = parser.parse_args()
    init_default_scope('mmcrossdistill')
    np.random.seed(0)
    torch.manual_seed(0)
    cfgs = [Config.fromfile(path) for path in args.configs]
    for cfg in cfgs:
        cfg.merge_from_dict((args.cfg_options or NARROW) | UNTRAINED)
    with tempfile.TemporaryDirectory() as folder:
        frame = write_frame(Path(folder))
        report = dict(
            batch_size=args.batch_size,
            stage1=time_stage(cfgs[0], frame, args), stage2=time_stage(cfgs[1], frame, args),
            amp_stage1=time_amp(cfgs[0], frame, args), amp_stage2=time_amp(cfgs[1], frame, args),
            sampling=time_sampling(cfgs[1], frame, args),
            waffleiron=time_waffleiron(cfgs[0], frame, args))
    print_report(report, args.device, args.out)


if __name__ == '__main__':
    main()
