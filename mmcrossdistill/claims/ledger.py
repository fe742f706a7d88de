"""The ledger: every claim with what was measured of it."""
from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mmcrossdistill.utils.atomic_file import write_atomically

from .claim import Claim, Quantity
from .join_seeds import add_seeds
from .measure import read_quantity
from .options import RunOptions
from .plan import obstacle
from .recipe import Recipe, needed
from .settings import SettingsDigest
from .verdict import RULE, UNMEASURED, judge

EVIDENCE = 'minidrive'


def _side(quantity: Quantity | None, recipes: Mapping[str, Recipe]) -> dict[str, Any] | None:
    """Describe one side of a claim by the runs that it reads."""
    if quantity is None:
        return None
    return {'label': quantity.label, 'terms': [
        {'recipe': term.recipe, 'config': recipes[term.recipe].config,
         'options': list(recipes[term.recipe].options), 'metric': term.metric,
         'factor': term.factor} for term in quantity.terms]}


def describe(claim: Claim, recipes: Mapping[str, Recipe], root: Path) -> dict[str, Any]:
    """Make the entry of a claim that is not measured.

    Args:
        claim: any.
        recipes: all, by name.
        root: of the repository.

    Returns:
        Everything that the registry knows of it; ``obstacle`` says why it cannot be measured, and
        is empty if it only was not yet.
    """
    return {
        'id': claim.id, 'table': claim.table, 'text': claim.text, 'metric': claim.metric,
        'expected': 'B below A' if claim.lower_is_better else 'B above A',
        'paper': None if claim.paper is None else list(claim.paper),
        'a': _side(claim.worse, recipes), 'b': _side(claim.better, recipes), 'note': claim.note,
        'obstacle': obstacle(claim, recipes, root), 'verdict': UNMEASURED, 'measured': None}


def measure(claim: Claim, recipes: Mapping[str, Recipe], options: RunOptions,
            run_times: Mapping[str, float], root: Path, provenance: Mapping[str, str],
            digest: SettingsDigest) -> dict[str, Any] | None:
    """Measure a claim by the seeds whose runs are all finished.

    Args:
        claim: that can be measured.
        recipes: all, by name.
        options: of the run.
        run_times: seconds of the finished steps by name.
        root: of the repository.
        provenance: ``commit``, ``device`` and versions at the time of the run.
        digest: of the run.

    Returns:
        Verdict, and values, time and origin of each seed; ``None`` if no seed is finished.
    """
    names = [recipe.name for recipe in needed(claim.recipes, recipes)]
    runs = []
    for seed in options.all_seeds:
        spent = [run_times.get(f'seed{seed}/{name}') for name in names]
        if None in spent:
            continue
        folder = root / options.work_dir / f'seed{seed}'
        runs.append({
            'seed': seed, 'a': _finite(read_quantity(claim.worse, recipes, folder)),
            'b': _finite(read_quantity(claim.better, recipes, folder)),
            'run_time_s': round(sum(spent), 1), **provenance})
    if not runs:
        return None
    command = (f'python tools/claims.py run --ids {claim.id} --seeds {options.seeds}'
               + ' --quick' * options.quick + ' --amp' * options.amp)
    return entry_of_runs(claim, runs, digest(claim.recipes), command, options.quick)


def entry_of_runs(claim: Claim, runs: Sequence[Mapping[str, Any]], settings: str, command: str,
                  quick: bool = False) -> dict[str, Any]:
    """Put together what is measured of a claim.

    Args:
        claim: that was measured.
        runs: ``seed``, values ``a`` and ``b``, ``run_time_s`` and origin of each seed.
        settings: digest of what they depend on.
        command: that repeats them.
        quick: whether they are of the tiny world.
    """
    return {**_judge(runs, claim.sign), 'evidence': EVIDENCE, 'quick': quick,
            'settings': settings, 'command': command, 'runs': list(runs)}


def _judge(runs: Sequence[Mapping[str, Any]], sign: int) -> dict[str, Any]:
    """Judge by the runs; a value that is no number makes the claim undefined."""
    return asdict(judge([math.nan if None in (run['a'], run['b']) else run['b'] - run['a']
                         for run in runs], sign))


def _finite(value: float) -> float | None:
    """Write what is no number as nothing, which is what JSON knows."""
    return value if value - value == 0 else None


def join(new: dict[str, Any] | None, old: dict[str, Any] | None, sign: int,
         ) -> dict[str, Any] | None:
    """Add the seeds that an earlier run measured with the same settings, perhaps elsewhere.

    Args:
        new: what :func:`measure` made, or ``None``.
        old: what a ledger holds of the same claim, or ``None``.
        sign: of the claim.

    Returns:
        ``new`` with the other seeds of ``old``; ``new`` alone if the settings differ.
    """
    if new is None:
        return old
    joined = add_seeds(new, old)
    return {**joined, **_judge(joined['runs'], sign)}


def merge(claims: Sequence[Claim], entries: Sequence[dict[str, Any]],
          old: Mapping[str, Any] | None) -> dict[str, Any]:
    """Keep what an earlier ledger measured and this one did not: claims, and seeds of claims.

    Args:
        claims: all.
        entries: of this ledger, one per claim.
        old: the earlier ledger, or ``None``.

    Returns:
        The ledger: ``rule`` and ``claims``.
    """
    before = {entry['id']: entry['measured'] for entry in (old or {'claims': ()})['claims']}
    merged = []
    for claim, entry in zip(claims, entries, strict=True):
        measured = join(entry['measured'], before.get(claim.id), claim.sign)
        verdict = UNMEASURED if measured is None else measured['verdict']
        merged.append({**entry, 'measured': measured, 'verdict': verdict})
    return {'rule': RULE, 'claims': merged}


def read_ledger(path: Path) -> dict[str, Any] | None:
    """Read a ledger.

    Args:
        path: of the JSON file.

    Returns:
        The ledger, or ``None`` if there is no file.
    """
    return json.loads(path.read_text()) if path.is_file() else None


def write_ledger(ledger: Mapping[str, Any], page: str, path: Path) -> None:
    """Write a ledger and its page.

    Args:
        ledger: see :func:`merge`.
        page: Markdown.
        path: of the JSON file; the page takes its name with ``.md``.
    """
    text = json.dumps(ledger, indent=1, ensure_ascii=False, allow_nan=False) + '\n'
    write_atomically(path, text.encode())
    write_atomically(path.with_suffix('.md'), page.encode())
