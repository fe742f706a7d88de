"""Put the recorded results of the demonstration into the README."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.demo.benchmark_record import update_results_block, write_benchmark_record

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run the command.

    Returns:
        1 if ``--check`` finds the document out of date.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--record', type=Path, default=ROOT / 'docs/benchmarks/cd_minidrive.json',
                        help='the committed record')
    parser.add_argument('--summary', type=Path,
                        help='a new summary.json of tools/demo.py: replaces the record first')
    parser.add_argument('--document', type=Path, default=ROOT / 'README.md')
    parser.add_argument('--check', action='store_true', help='change nothing, only compare')
    args = parser.parse_args()
    if args.summary:
        write_benchmark_record(json.loads(args.summary.read_text()), args.record)
    old = args.document.read_text()
    new = update_results_block(old, json.loads(args.record.read_text()))
    if args.check:
        print(f'{args.document}: {"up to date" if old == new else "out of date"}')
        return int(old != new)
    args.document.write_text(new)
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
