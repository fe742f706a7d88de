"""Claims read from the record of a comparison, which several machines may have measured."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import downstream_3d, pretraining_3d
from .claim import Claim, Quantity
from .ledger import entry_of_runs
from .method_benchmark import MethodBenchmark, known_settings, list_rows
from .options import RunOptions
from .recipe import needed
from .registry import RECIPES
from .settings import SettingsDigest

BENCHMARKS: dict[str, MethodBenchmark] = {
    benchmark.name: benchmark for benchmark in (pretraining_3d.BENCHMARK, downstream_3d.BENCHMARK)}


class Record:
    """What a comparison measured with the world and the configs of today.

    Args:
        summary: its JSON file.
        root: of the repository.

    Raises:
        ValueError: if it is of no comparison that the ledger knows, or of a quick run.
    """

    def __init__(self, summary: Mapping[str, Any], root: Path) -> None:
        if summary.get('name') not in BENCHMARKS:
            raise ValueError(f'this is the record of none of the comparisons {list(BENCHMARKS)}')
        if summary['quick']:
            raise ValueError('this is the record of a quick run; its numbers mean nothing')
        self._benchmark = BENCHMARKS[summary['name']]
        options = RunOptions(Path(), Path())
        self._digest = SettingsDigest(RECIPES, options, root)
        known = known_settings(self._benchmark, options, root)
        # By run and metric, then by seed.
        self._values: dict[tuple[str, str], dict[int, float]] = {}
        self._runs: dict[str, dict[int, Mapping[str, Any]]] = {}
        self._methods: dict[str, str] = {}
        for row in list_rows(self._benchmark, self._benchmark.names):
            result = summary['encoders'].get(row.encoder)
            if result is None or result['settings'] != known[row.encoder]:
                continue
            runs = {run['seed']: run for run in result['runs']}
            for evaluation in row.evaluations:
                recipe = f'{evaluation.run}/{row.encoder}'
                self._values[recipe, evaluation.metric] = {
                    seed: run['values'][evaluation.key] / evaluation.factor
                    for seed, run in runs.items()}
                self._runs[recipe], self._methods[recipe] = runs, row.method

    def measure(self, claim: Claim) -> dict[str, Any] | None:
        """Measure a claim by the seeds that all of its runs have.

        Args:
            claim: that can be measured.

        Returns:
            As :func:`~mmcrossdistill.claims.ledger.measure`; ``None`` if the record lacks a metric
            of it, or has no seed of all.
        """
        metrics = [(term.recipe, term.metric)
                   for side in (claim.worse, claim.better) for term in side.terms]
        if not all(metric in self._values for metric in metrics):
            return None
        seeds = set.intersection(*(set(self._values[metric]) for metric in metrics))
        runs = [self._run(claim, seed) for seed in sorted(seeds)]
        if not runs:
            return None
        methods = ' '.join(dict.fromkeys(self._methods[recipe] for recipe in claim.recipes))
        command = (f'python tools/benchmarks/{self._benchmark.name}.py --methods {methods} '
                   f'--seeds {max(seeds) + 1}')
        return entry_of_runs(claim, runs, self._digest(claim.recipes), command)

    def _run(self, claim: Claim, seed: int) -> dict[str, Any]:
        """Collect one seed of a claim."""
        runs = [self._runs[recipe][seed] for recipe in claim.recipes]
        times = {name: seconds for run in runs for name, seconds in run['run_times_s'].items()}
        spent = sum(times[recipe.name] for recipe in needed(claim.recipes, RECIPES))
        made = {key: ' and '.join(dict.fromkeys(run['versions'][key] for run in runs))
                for key in ('commit', 'device', 'torch')
                if all(key in run['versions'] for run in runs)}
        return {'seed': seed, 'a': self._sum(claim.worse, seed), 'b': self._sum(claim.better, seed),
                'run_time_s': round(spent, 1), **made}

    def _sum(self, quantity: Quantity, seed: int) -> float:
        """Read one side of a claim."""
        return sum(term.factor * self._values[term.recipe, term.metric][seed]
                   for term in quantity.terms)


def read_records(paths: Sequence[Path], root: Path) -> list[Record]:
    """Read the JSON files of comparisons.

    Args:
        paths: of the files.
        root: of the repository.

    Raises:
        FileNotFoundError: if a file does not exist.
        ValueError: if one is no record that counts.
    """
    records = []
    for path in paths:
        try:
            records.append(Record(json.loads(path.read_text()), root))
        except ValueError as error:
            raise ValueError(f'{path}: {error}') from error
    return records
