"""Pre-trainings of 3D encoders compared on MiniDrive: linear probe and few labels."""
from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmcrossdistill.chain.progress import Progress
from mmcrossdistill.chain.runner import ChainRunner
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.versions import versions
from mmcrossdistill.chain.work_dir_lock import lock_work_dir

from .ledger import EVIDENCE
from .measure import read_metric
from .options import RunOptions
from .plan import build_steps
from .pretraining_3d_report import compare, spread, write_report
from .registry import NETWORK_OF, RECIPES

RANDOM = 'random'
# Name on the command line to title and pre-training.
METHODS = {
    'ppkt': ('PPKT', 'ppkt'), 'slidr': ('SLidR', 'slidr'),
    'simple_remedies': ('Simple Remedies', 'ppm'), 'scalr': ('ScaLR', 'scalr'),
    'olivine': ('OLIVINE', 'olivine'), 'cmcr': ('CMCR', 'cmcr')}
EVALUATIONS = {'lp': 'lp3d', 'ft5': 'ft3d_5'}
_METRIC = 'seg3d/full/miou'
_NETWORKS = {
    'cylindrical': 'sparse U-Net, cylindrical 10 cm',
    'cartesian_10cm': 'sparse U-Net, Cartesian 10 cm',
    'cartesian_5cm': 'sparse U-Net, Cartesian 5 cm', 'waffleiron': 'WaffleIron'}


@dataclass(frozen=True)
class Row:
    """One encoder of the comparison.

    Args:
        method: key of ``METHODS`` or 'random'.
        title: for people.
        network: what it is, and reads.
        encoder: last part of the names of its evaluations.
    """

    method: str
    title: str
    network: str
    encoder: str


def list_rows(methods: Sequence[str]) -> list[Row]:
    """List the encoders to compare; random weights once for each network of the methods.

    Args:
        methods: keys of ``METHODS``, and 'random'.

    Returns:
        Network by network, random weights first.

    Raises:
        ValueError: if a method is unknown or there is none besides 'random'.
    """
    unknown = set(methods) - {RANDOM, *METHODS}
    if unknown:
        raise ValueError(f'unknown methods {sorted(unknown)}; there are {[RANDOM, *METHODS]}')
    by_network: dict[str, list[Row]] = {}
    for method in METHODS:
        if method in methods:
            title, encoder = METHODS[method]
            network = NETWORK_OF[encoder]
            by_network.setdefault(network, []).append(
                Row(method, title, _NETWORKS[network], encoder))
    if not by_network:
        raise ValueError(f"name a method besides '{RANDOM}', of {list(METHODS)}")
    rows = []
    for network, group in by_network.items():
        if RANDOM in methods:
            rows.append(Row(RANDOM, RANDOM, _NETWORKS[network], f'random_{network}'))
        rows += group
    return rows


def plan_benchmark(methods: Sequence[str], options: RunOptions, root: Path) -> list[Step]:
    """List the steps.

    Args:
        methods: see :func:`list_rows`.
        options: work directory, world, seeds.
        root: of the repository.

    Returns:
        The steps; the ledger of claims shares them if it has the same work directory.
    """
    names = [f'{run}/{row.encoder}' for row in list_rows(methods) for run in EVALUATIONS.values()]
    return build_steps(names, RECIPES, options, root)


def run_benchmark(methods: Sequence[str], options: RunOptions, root: Path, out: Path) -> Path:
    """Run what is not done yet, and write the results.

    Args:
        methods: see :func:`list_rows`.
        options: work directory, world, seeds.
        root: of the repository.
        out: JSON file; table and picture take its name with ``.md`` and ``.png``.

    Returns:
        ``out``.

    Raises:
        StepFailedError: if a step fails; finished steps are kept.
        WorkDirInUseError: if another chain runs in the work directory.
        ValueError: if a method is unknown, or a quick run would be written outside its work
            directory.
    """
    if options.quick and out.parent.resolve() != (root / options.work_dir).resolve():
        raise ValueError(f'the numbers of a quick run mean nothing and are not written to {out}')
    steps = plan_benchmark(methods, options, root)
    work_dir = root / options.work_dir
    with lock_work_dir(work_dir):
        progress = Progress(steps, sys.stdout)
        times = ChainRunner(steps, root, work_dir / 'logs', progress, options.jobs).run()
    write_report(summarise(methods, options, root, times), out)
    return out


def summarise(methods: Sequence[str], options: RunOptions, root: Path,
              run_times: dict[str, float]) -> dict[str, Any]:
    """Read the results of the finished runs.

    Args:
        methods: see :func:`list_rows`.
        options: of the run.
        root: of the repository.
        run_times: seconds of each step.

    Returns:
        What the JSON file holds.
    """
    rows = list_rows(methods)
    results = []
    for row in rows:
        values = {
            key: [read_metric(root / options.work_dir / f'seed{seed}' / run / row.encoder,
                              'train', _METRIC) for seed in options.all_seeds]
            for key, run in EVALUATIONS.items()}
        results.append(dict(
            method=row.method, title=row.title, network=row.network,
            **{key: dict(values=found, **spread(found)) for key, found in values.items()}))
    return dict(
        evidence=EVIDENCE, quick=options.quick, seeds=list(options.all_seeds),
        metric='mIoU (%)', rows=results, comparisons=compare(results),
        run_times_s={name: round(seconds, 1) for name, seconds in run_times.items()},
        versions=versions(root))
