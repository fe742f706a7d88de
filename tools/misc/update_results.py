"""Put the recorded results of the benchmarks into the README."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.claims.comparisons import method_report
from mmcrossdistill.demo import benchmark_record
from mmcrossdistill.utils.marked_block import replace_block

ROOT = Path(__file__).resolve().parents[2]
# Block of the document to its record and its words.
BLOCKS = {
    'results': ('cd_minidrive.json', benchmark_record.results_block),
    'pretraining': ('pretraining_3d.json', method_report.results_block)}


def main() -> int:
    """Run the command.

    Returns:
        1 if ``--check`` finds the document out of date.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--records', type=Path, default=ROOT / 'docs/benchmarks',
                        help='folder of the committed records')
    parser.add_argument('--summary', type=Path,
                        help='a new summary.json of tools/demo.py: replaces its record first')
    parser.add_argument('--document', type=Path, default=ROOT / 'README.md')
    parser.add_argument('--check', action='store_true', help='change nothing, only compare')
    args = parser.parse_args()
    if args.summary:
        benchmark_record.write_benchmark_record(
            json.loads(args.summary.read_text()), args.records / BLOCKS['results'][0])
    old = new = args.document.read_text()
    for block, (record, words) in BLOCKS.items():
        new = replace_block(new, block, words(json.loads((args.records / record).read_text())))
    if args.check:
        print(f'{args.document}: {"up to date" if old == new else "out of date"}')
        return int(old != new)
    args.document.write_text(new)
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
