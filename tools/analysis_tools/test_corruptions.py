"""Test a probe on corrupted data: every corruption at every severity, and the clean data.

Safe to interrupt: the same command goes on where it stopped. Writes results.json (all metrics),
table.md and curves.png. For segmentation there are Robo3D's resilience rates and, by a baseline,
corruption errors as well.

Examples:
    python tools/analysis_tools/test_corruptions.py configs/cd/benchmarks/seg_lp_vits.py \\
        work_dirs/seg_lp_vits/epoch_10.pth
    python tools/analysis_tools/test_corruptions.py configs/slidr/benchmarks/nuscenes_lp_slidr.py \\
        work_dirs/nuscenes_lp_slidr/epoch_50.pth --sets data/nuScenes-C --baseline nuscenes-c
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmengine.config import DictAction
from mmengine.dist import is_main_process

from mmcrossdistill.evaluation import corruption_grid, corruption_run
from mmcrossdistill.evaluation.corrupted_sets import read_sets
from mmcrossdistill.evaluation.corruption_report import read_baseline, write_report
from mmcrossdistill.evaluation.resilience import BASELINES
from mmcrossdistill.utils import run_config


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of a probe')
    parser.add_argument('checkpoint', help='of the probe')
    corrupted = parser.add_mutually_exclusive_group()
    corrupted.add_argument('--corruptions', nargs='+', choices=corruption_grid.TRANSFORM_OF,
                           metavar='NAME', help='of ' + ', '.join(corruption_grid.TRANSFORM_OF) +
                           '; by default those of images, or of points where no image is read')
    corrupted.add_argument('--sets', type=Path, metavar='DIR', help='corrupted data instead: '
                           'DIR/<corruption>/<light | moderate | heavy>, as in nuScenes-C')
    parser.add_argument('--severities', nargs='+', type=int, metavar='N',
                        help='1 to 5, of scans 1 to 3 (default: all)')
    parser.add_argument('--seed', type=int, default=0, help='of the corruptions')
    parser.add_argument('--baseline', metavar='NAME', help='corruption errors are measured by '
                        f'{" | ".join(BASELINES)}, or by the results.json of another network')
    parser.add_argument('--out', type=Path, help='folder of the results (default: <work dir of the '
                                                 'config>/corruptions or /corrupted_sets)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='key=value overrides')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none',
                        help='pytorch under torchrun')
    return parser.parse_args()


def main() -> None:
    """Run what is missing of the grid and write the report."""
    args = parse_args()
    if args.sets and args.severities:
        raise SystemExit('test_corruptions.py: --sets has all severities; leave --severities out')
    try:
        baseline = read_baseline(args.baseline)
        cfg = run_config.load_run_config(
            args.config, cfg_options=args.cfg_options, launcher=args.launcher)
        clean = corruption_run.tested_dataset(cfg)
        if args.sets:
            datasets, source = read_sets(clean, args.sets), dict(sets=str(args.sets.absolute()))
        else:
            datasets = corruption_grid.corrupt_dataset(
                clean, args.corruptions, args.severities, args.seed)
            source = dict(seed=args.seed)
        if baseline is not None:
            baseline.check({cell.corruption for cell in datasets} - {corruption_grid.CLEAN})
        folder = args.out or Path(cfg.work_dir) / ('corrupted_sets' if args.sets else 'corruptions')
        results = corruption_run.run_grid(cfg, args.checkpoint, datasets, folder, source)
        report = write_report(results, folder, baseline) if is_main_process() else ''
    except run_config.USER_ERRORS as error:
        raise SystemExit(f'test_corruptions.py: {error}') from error
    if is_main_process():
        print(report, f'\n{folder}', sep='\n')


if __name__ == '__main__':
    main()
