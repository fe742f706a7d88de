"""Compare pre-trainings of 3D encoders on MiniDrive by linear probes and few labels.

Safe to interrupt: the same command continues where it stopped. In the default work directory the
ledger of claims (tools/claims.py) shares the runs.

Examples:
    python tools/benchmarks/pretraining_3d.py --quick
    python tools/benchmarks/pretraining_3d.py --methods random ppkt slidr simple_remedies scalr \\
        --seeds 3 --out docs/benchmarks/pretraining_3d.json
"""
from __future__ import annotations

from pathlib import Path

from mmcrossdistill.claims.comparisons.benchmark_command import main
from mmcrossdistill.claims.comparisons.pretraining_3d import BENCHMARK

if __name__ == '__main__':
    raise SystemExit(main(BENCHMARK, __doc__, Path(__file__).resolve().parents[2]))
