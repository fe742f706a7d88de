"""What the comparisons of pre-trainings measured, as the ledger reads it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmcrossdistill.claims.comparisons import downstream_3d, pretraining_3d
from mmcrossdistill.claims.comparisons.method_benchmark import (
    MethodBenchmark,
    known_settings,
    list_rows,
)
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.settings import SettingsDigest

from .record import Record, RecordedRun

BENCHMARKS: dict[str, MethodBenchmark] = {
    benchmark.name: benchmark for benchmark in (pretraining_3d.BENCHMARK, downstream_3d.BENCHMARK)}


def comparison_record(summary: Mapping[str, Any], root: Path) -> Record:
    """Read the JSON file of a comparison.

    Args:
        summary: its content; ``name`` is a key of ``BENCHMARKS``.
        root: of the repository.

    Returns:
        The encoders whose settings are those of today.
    """
    benchmark = BENCHMARKS[summary['name']]
    amp = summary.get('amp', False)
    digest = SettingsDigest(RECIPES, RunOptions(Path(), Path(), amp=amp), root)
    known = known_settings(benchmark, digest)
    methods: dict[str, str] = {}

    def command(recipes: Sequence[str], seeds: int) -> str:
        """Name the methods that have these evaluations."""
        names = ' '.join(dict.fromkeys(methods[recipe] for recipe in recipes))
        return (f'python tools/benchmarks/{benchmark.name}.py --methods {names} --seeds {seeds}'
                + ' --amp' * amp)

    record = Record(digest, command)
    for row in list_rows(benchmark, benchmark.names):
        result = summary['encoders'].get(row.encoder)
        if result is None or result['settings'] != known[row.encoder]:
            continue
        for evaluation in row.evaluations:
            recipe = f'{evaluation.run}/{row.encoder}'
            methods[recipe] = row.method
            record.values[recipe, evaluation.metric] = {
                run['seed']: run['values'][evaluation.key] / evaluation.factor
                for run in result['runs']}
            record.runs[recipe] = {
                run['seed']: RecordedRun(run['run_times_s'], run['versions'])
                for run in result['runs']}
    return record
