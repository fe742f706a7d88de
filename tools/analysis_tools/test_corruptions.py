"""Test a probe on corrupted data: every corruption at every severity, and the clean data.

Safe to interrupt: the same command goes on where it stopped. Writes results.json (all metrics),
table.md and curves.png.

Example:
    python tools/analysis_tools/test_corruptions.py configs/cd/benchmarks/seg_lp_vits.py \\
        work_dirs/seg_lp_vits/epoch_10.pth
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmengine.config import DictAction
from mmengine.dist import is_main_process

from mmcrossdistill.evaluation import corruption_grid, corruption_run
from mmcrossdistill.evaluation.corruption_report import write_report
from mmcrossdistill.utils import run_config


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of a probe')
    parser.add_argument('checkpoint', help='of the probe')
    parser.add_argument('--corruptions', nargs='+', choices=corruption_grid.TRANSFORM_OF,
                        metavar='NAME', help='of ' + ', '.join(corruption_grid.TRANSFORM_OF) +
                        '; by default those of images, or of points where no image is read')
    parser.add_argument('--severities', nargs='+', type=int, metavar='N', help='1 to 5',
                        default=list(corruption_grid.SEVERITIES))
    parser.add_argument('--seed', type=int, default=0, help='of the corruptions')
    parser.add_argument('--out', type=Path, help='folder of the results (default: '
                                                 '<work dir of the config>/corruptions)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='key=value overrides')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none',
                        help='pytorch under torchrun')
    return parser.parse_args()


def main() -> None:
    """Run what is missing of the grid and write the report."""
    args = parse_args()
    try:
        cfg = run_config.load_run_config(
            args.config, cfg_options=args.cfg_options, launcher=args.launcher)
        names = args.corruptions or corruption_grid.suitable_corruptions(
            corruption_run.pipeline_of(cfg))
        cells = corruption_grid.list_cells(names, args.severities)
        folder = args.out or Path(cfg.work_dir) / 'corruptions'
        results = corruption_run.run_grid(cfg, args.checkpoint, cells, folder, args.seed)
    except run_config.USER_ERRORS as error:
        raise SystemExit(f'test_corruptions.py: {error}') from error
    if is_main_process():
        print(write_report(results, folder), f'\n{folder}', sep='\n')


if __name__ == '__main__':
    main()
