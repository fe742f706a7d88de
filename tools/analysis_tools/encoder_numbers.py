"""Measure the features of a probe's 2D encoder: variance, effective rank, gap between conditions.

Example:
    python tools/analysis_tools/encoder_numbers.py configs/cd/benchmarks/minidrive_seg_lp.py \\
        work_dirs/demo/seg_after/epoch_10.pth --out numbers.json
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.apis.encoder_numbers import measure_encoder
from mmcrossdistill.utils.atomic_file import write_atomically


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of a probe of the 2D encoder')
    parser.add_argument('checkpoint', help='of the probe')
    parser.add_argument('--data-root', type=Path, help="instead of the config's")
    parser.add_argument('--out', type=Path, required=True, help='json file')
    args = parser.parse_args()
    numbers = measure_encoder(args.config, args.checkpoint, args.data_root)
    write_atomically(args.out, (json.dumps(numbers, indent=1, allow_nan=False) + '\n').encode())
    print(json.dumps(numbers, indent=1))


if __name__ == '__main__':
    main()
