"""The ``minidrive`` command: arguments and entry point."""
from __future__ import annotations

import argparse
from pathlib import Path

from mmengine.utils import ProgressBar

from mmcrossdistill.utils.optional import require

from .plan import SIZES, Settings, plan_scenes

DEFAULT_CONDITIONS = (0.39, 0.40, 0.21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Args:
        parser: receives them.
    """
    parser.add_argument('--out', type=Path, default=Path('data/minidrive'), help='data set folder')
    parser.add_argument('--size', choices=tuple(SIZES), default='small')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--workers', type=int, default=2, help='processes')
    parser.add_argument('--sweeps', choices=('none', 'lidar', 'all'), default='none',
                        help='write the frames between the keyframes too')
    parser.add_argument('--image-size', type=int, nargs=2, metavar=('H', 'W'), default=None,
                        help="pixels; the size's own when left out")
    parser.add_argument('--conditions', type=float, nargs=3, metavar=('CLEAR', 'RAIN', 'NIGHT'),
                        default=DEFAULT_CONDITIONS, help='shares in the unlabelled split')
    parser.add_argument('--only', nargs='+', default=(), metavar='SPLIT[:CONDITION]',
                        help='generate these scenes alone, the same as in the whole data set, e.g. '
                             'unlabelled:day-clear; a later call adds others')


def run(args: argparse.Namespace) -> int:
    """Generate the data set.

    Args:
        args: parsed arguments of ``add_arguments``.

    Returns:
        Exit status, 0.

    Raises:
        ValueError: if a size or share is out of range, or ``--only`` names no scene.
        ImportError: if the extra ``minidrive`` is not installed.
    """
    for module in ('embreex', 'trimesh', 'nuscenes'):
        require(module, extra='minidrive')
    from .generate import claim, generate  # Embree and OpenCV load only when something is generated

    image_size = tuple(args.image_size or SIZES[args.size].image_size)
    if min(image_size) < 16:
        raise ValueError(f'--image-size {image_size}: each side needs at least 16 pixels')
    if min(args.conditions) < 0 or sum(args.conditions) <= 0:
        raise ValueError(f'--conditions {tuple(args.conditions)}: shares must not be negative and '
                         'need a positive sum')
    settings = Settings(args.size, args.seed, image_size, args.sweeps, tuple(args.conditions),
                        tuple(args.only))
    settings = claim(args.out, settings)
    bar = ProgressBar(len(plan_scenes(settings)))
    specs = generate(args.out, settings, args.workers, lambda count: bar.update(count))
    pictures = len(specs) * SIZES[args.size].keyframes * 6
    print(f'\n{args.out}: {len(specs)} scenes, {pictures} keyframe pictures')
    return 0


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description='Generate MiniDrive in the nuScenes format.')
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == '__main__':
    raise SystemExit(main())
