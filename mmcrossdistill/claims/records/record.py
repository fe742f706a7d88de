"""Results that a benchmark keeps, as the ledger reads them: run by run and seed by seed."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mmcrossdistill.claims.claim import Claim, Quantity
from mmcrossdistill.claims.ledger import entry_of_runs
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.recipe import needed
from mmcrossdistill.claims.settings import SettingsDigest


@dataclass(frozen=True)
class RecordedRun:
    """One seed of a recipe.

    Args:
        times: seconds of the recipe and of all that it needs, by recipe; more do no harm.
        versions: ``commit``, ``device``, ``torch`` and others at the time of the run.
    """

    times: Mapping[str, float]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """What was measured with the world and the configs of today.

    Args:
        digest: of today.
        command: words that measure some recipes with so many seeds.
        values: by recipe and metric, then by seed.
        runs: by recipe, then by seed.
    """

    digest: SettingsDigest
    command: Callable[[Sequence[str], int], str]
    values: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    runs: dict[str, dict[int, RecordedRun]] = field(default_factory=dict)

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
        if not all(metric in self.values for metric in metrics):
            return None
        seeds = set.intersection(*(set(self.values[metric]) for metric in metrics))
        runs = [self._run(claim, seed) for seed in sorted(seeds)]
        if not runs:
            return None
        return entry_of_runs(claim, runs, self.digest(claim.recipes),
                             self.command(claim.recipes, max(seeds) + 1))

    def _run(self, claim: Claim, seed: int) -> dict[str, Any]:
        """Collect one seed of a claim."""
        runs = [self.runs[recipe][seed] for recipe in claim.recipes]
        times = {name: seconds for run in runs for name, seconds in run.times.items()}
        spent = sum(times[recipe.name] for recipe in needed(claim.recipes, RECIPES))
        made = {key: ' and '.join(dict.fromkeys(run.versions[key] for run in runs))
                for key in ('commit', 'device', 'torch')
                if all(key in run.versions for run in runs)}
        return {'seed': seed, 'a': self._sum(claim.worse, seed), 'b': self._sum(claim.better, seed),
                'run_time_s': round(spent, 1), **made}

    def _sum(self, quantity: Quantity, seed: int) -> float:
        """Read one side of a claim."""
        return quantity.total(lambda term: self.values[term.recipe, term.metric][seed])
