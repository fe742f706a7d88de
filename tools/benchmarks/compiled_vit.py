"""Time a ViT with and without torch.compile, block by block: does it pay?

Both encoders have the same weights and are checked to give the same features before they are timed.
Times are CPU time on the CPU. By default a ViT-S/14 at 224x448, batch 2.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/compiled_vit.py --out compiled_vit.json
"""
from __future__ import annotations

import argparse
import copy

import torch
from measure import add_measure_arguments, median_ms, print_report
from torch import Tensor

from mmcrossdistill.models.backbones import ViT


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--arch', default='vit_small_patch14_dinov2')
    parser.add_argument('--batch-size', type=int, default=2)
    parser.add_argument('--height', type=int, default=224)
    parser.add_argument('--width', type=int, default=448)
    add_measure_arguments(parser, repeats=7)
    args = parser.parse_args()
    torch.manual_seed(0)
    on_gpu = args.device != 'cpu'
    plain = ViT(args.arch).to(args.device).train()
    compiled = copy.deepcopy(plain)
    for block in compiled.model.blocks:
        block.compile()
    imgs = torch.randn(args.batch_size, 3, args.height, args.width, device=args.device)

    def forward(encoder: ViT) -> Tensor:
        """Encode without gradients, as a teacher does."""
        with torch.no_grad():
            return encoder(imgs)[-1]

    def step(encoder: ViT) -> None:
        """Run forward and backward."""
        encoder.zero_grad(set_to_none=True)
        encoder(imgs)[-1].square().mean().backward()

    expected, found = forward(plain), forward(compiled)
    if not torch.allclose(expected, found, rtol=1e-3, atol=1e-3):
        raise RuntimeError('the compiled blocks give other features')
    report = dict(
        arch=args.arch, imgs=list(imgs.shape),
        max_difference=float((expected - found).abs().max()))
    for name, call in (('forward', forward), ('forward_backward', step)):
        times = median_ms({
            'plain': lambda call=call: call(plain), 'compiled': lambda call=call: call(compiled),
        }, args.repeats, on_gpu)
        report[name] = dict(
            ms={key: round(value, 2) for key, value in times.items()},
            plain_over_compiled=round(times['plain'] / times['compiled'], 2))
    print_report(report, args.device, args.out)


if __name__ == '__main__':
    main()
