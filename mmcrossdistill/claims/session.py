"""Measuring claims, and reporting what is measured."""
from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mmcrossdistill.chain.progress import Progress
from mmcrossdistill.chain.runner import ChainRunner
from mmcrossdistill.chain.stamps import finished_run_times
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.versions import versions
from mmcrossdistill.chain.work_dir_lock import lock_work_dir
from mmcrossdistill.claims.records.record import Record
from mmcrossdistill.utils.atomic_file import write_atomically

from .claim import Claim
from .ledger import describe, join, measure, merge, read_ledger, write_ledger
from .options import RunOptions
from .page import render
from .plan import build_steps, claimed_recipes, obstacle, select_claims
from .recipe import Recipe
from .settings import SettingsDigest

RECORD = 'run.json'
LEDGER = 'claims.json'


def plan_run(claims: Sequence[Claim], recipes: Mapping[str, Recipe], options: RunOptions,
             root: Path) -> list[Step]:
    """List the steps that measure the chosen claims.

    Args:
        claims: all.
        recipes: all, by name.
        options: of the run.
        root: of the repository.

    Returns:
        The steps.

    Raises:
        ValueError: if an id is unknown, or none of the chosen claims can be measured.
    """
    chosen = select_claims(claims, options.ids)
    possible = [claim for claim in chosen if not obstacle(claim, recipes, root)]
    if not possible:
        raise ValueError('none of these claims can be measured here: ' + ' '.join(
            f'{claim.id}: {obstacle(claim, recipes, root)}' for claim in chosen))
    return build_steps(claimed_recipes(possible), recipes, options, root)


def run_claims(claims: Sequence[Claim], recipes: Mapping[str, Recipe], options: RunOptions,
               root: Path) -> Path:
    """Run what the chosen claims need and is not done yet, and write a ledger of them.

    Args:
        claims: all.
        recipes: all, by name.
        options: of the run.
        root: of the repository.

    Returns:
        The ledger in the work directory.

    Raises:
        StepFailedError: if a step fails; finished steps are kept.
        WorkDirInUseError: if another chain runs in the work directory.
        ValueError: if an id is unknown, or none of the chosen claims can be measured.
    """
    steps = plan_run(claims, recipes, options, root)
    work_dir = root / options.work_dir
    with lock_work_dir(work_dir):
        record = {'options': asdict(options), 'versions': versions(root)}
        write_atomically(
            work_dir / RECORD, (json.dumps(record, indent=1, default=str) + '\n').encode())
        progress = Progress(steps, sys.stdout)
        ChainRunner(steps, root, work_dir / 'logs', progress, options.jobs).run()
        return report_claims(claims, recipes, work_dir, root, work_dir / LEDGER)


def read_record(work_dir: Path) -> tuple[RunOptions, dict[str, str]]:
    """Read what the last run in a work directory was told, and with what it ran.

    Args:
        work_dir: of the run.

    Returns:
        Its options and versions.

    Raises:
        FileNotFoundError: if nothing was run there.
    """
    path = work_dir / RECORD
    if not path.is_file():
        raise FileNotFoundError(f'{path} does not exist; run tools/claims.py run first')
    record = json.loads(path.read_text())
    told = record['options']
    return RunOptions(**{**told, 'work_dir': Path(told['work_dir']), 'data': Path(told['data']),
                         'ids': tuple(told['ids'])}), record['versions']


def report_claims(claims: Sequence[Claim], recipes: Mapping[str, Recipe], work_dir: Path | None,
                  root: Path, out: Path, records: Sequence[Record] = (),
                  ids: Sequence[str] = ()) -> Path:
    """Write a ledger of all claims from the runs that are finished.

    Args:
        claims: all.
        recipes: all, by name.
        work_dir: of the runs, which may be under way; ``None`` to write anew what ``out`` holds.
        root: of the repository.
        out: JSON file; what it holds of claims that the runs did not measure is kept where world
            and configs are those of today, except in the work directory itself. The page takes its
            name with ``.md``.
        records: of comparisons, which measured some of the claims, too.
        ids: of the claims that are taken from the work directory, or the beginnings of ids; empty
            for those of the last run there.

    Returns:
        ``out``.

    Raises:
        FileNotFoundError: if nothing was run in the work directory.
        ValueError: if an id is unknown, or the numbers of a quick run would leave its work
            directory.
    """
    entries = [describe(claim, recipes, root) for claim in claims]
    options = RunOptions(Path(), Path())
    for claim, entry in zip(claims, entries, strict=True):
        for record in records if not entry['obstacle'] else ():
            entry['measured'] = join(record.measure(claim), entry['measured'], claim.sign)
    inside = work_dir is not None and out.parent.resolve() == work_dir.resolve()
    if work_dir is not None:
        options, made_with = read_record(work_dir)
        options = replace(options, ids=tuple(ids) or options.ids)
        if options.quick and not inside:
            raise ValueError(f'{work_dir} holds a quick run; its numbers mean nothing and are not '
                             f'written to {out}')
        provenance = {key: made_with[key] for key in ('commit', 'device', 'torch')
                      if key in made_with}
        run_times = finished_run_times(plan_run(claims, recipes, options, root), root)
        digest = SettingsDigest(recipes, options, root)
        chosen = {claim.id for claim in select_claims(claims, options.ids)}
        for claim, entry in zip(claims, entries, strict=True):
            if claim.id in chosen and not entry['obstacle']:
                entry['measured'] = join(
                    measure(claim, recipes, options, run_times, root, provenance, digest),
                    entry['measured'], claim.sign)
    ledger = merge(claims, entries, None if inside else _of_today(
        read_ledger(out), {claim.id: claim for claim in claims}, recipes, options, root))
    write_ledger(ledger, render(ledger, out.name), out)
    return out


def _of_today(ledger: dict[str, Any] | None, claims: Mapping[str, Claim],
              recipes: Mapping[str, Recipe], options: RunOptions, root: Path,
              ) -> dict[str, Any] | None:
    """Forget what was measured with another world or other configs.

    Args:
        ledger: as it was written, or ``None``.
        claims: of today, by id.
        recipes: all, by name.
        options: with the seed of the world.
        root: of the repository.
    """
    if ledger is None:
        return None
    digests = [SettingsDigest(recipes, replace(options, quick=False, amp=amp), root)
               for amp in (False, True)]

    def kept(entry: dict[str, Any]) -> bool:
        """Tell whether its numbers are of today's settings."""
        claim, measured = claims.get(entry['id']), entry['measured']
        if measured is None or claim is None or obstacle(claim, recipes, root):
            return False
        return any(digest(claim.recipes) == measured['settings'] for digest in digests)

    return {**ledger, 'claims': [
        entry if kept(entry) else {**entry, 'measured': None} for entry in ledger['claims']]}
