"""Compare pre-trainings of 3D encoders on MiniDrive by detectors and a panoptic segmentor.

SECOND, CenterPoint and panoptic segmentation are fine-tuned on 5 % of the labels. Safe to
interrupt: the same command continues where it stopped. In the default work directory the ledger of
claims (tools/claims.py) shares the runs.

Examples:
    python tools/benchmarks/downstream_3d.py --quick
    python tools/benchmarks/downstream_3d.py --seeds 3 --out docs/benchmarks/downstream_3d.json
"""
from __future__ import annotations

from pathlib import Path

from mmcrossdistill.claims.comparisons.benchmark_command import main
from mmcrossdistill.claims.comparisons.downstream_3d import BENCHMARK

if __name__ == '__main__':
    raise SystemExit(main(BENCHMARK, __doc__, Path(__file__).resolve().parents[2]))
