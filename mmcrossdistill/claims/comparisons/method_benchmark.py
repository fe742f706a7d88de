"""Pre-trainings compared on MiniDrive: what a comparison is, and how it runs."""
from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmcrossdistill.chain.progress import Progress
from mmcrossdistill.chain.runner import ChainRunner
from mmcrossdistill.chain.step import Step
from mmcrossdistill.chain.versions import versions
from mmcrossdistill.chain.work_dir_lock import lock_work_dir
from mmcrossdistill.claims.join_seeds import join_encoders
from mmcrossdistill.claims.ledger import EVIDENCE
from mmcrossdistill.claims.measure import read_metric
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.registry import NETWORK_OF, RECIPES
from mmcrossdistill.claims.plan import build_steps
from mmcrossdistill.claims.recipe import needed
from mmcrossdistill.claims.settings import SettingsDigest
from mmcrossdistill.utils.atomic_file import write_atomically

from .method_page import Gallery, Trained, build_page
from .method_report import compare, spread, write_report

RANDOM = 'random'
_PRECISION = {False: 'in float32', True: 'in mixed precision'}


@dataclass(frozen=True)
class Evaluation:
    """One way to judge an encoder.

    Args:
        key: in the JSON file.
        title: for people.
        run: first part of the names of its recipes; the encoder is the other.
        metric: see :func:`~mmcrossdistill.claims.measure.read_metric`.
        unit: name of the metric with its unit.
        networks: those it evaluates; ``None`` for all.
        factor: of the metric.
        show: makes sections with pictures of what its networks see.
    """

    key: str
    title: str
    run: str
    metric: str
    unit: str
    networks: tuple[str, ...] | None = None
    factor: float = 1.0
    show: Gallery | None = None

    def fits(self, network: str) -> bool:
        """Tell whether it evaluates a network."""
        return self.networks is None or network in self.networks


@dataclass(frozen=True)
class MethodBenchmark:
    """A comparison of pre-trainings.

    Args:
        name: of the tool and its files.
        title: of the page.
        methods: name on the command line to title and pre-trainings, one per network at most.
        networks: key of ``NETWORK_OF`` to what it is, and reads.
        evaluations: of every encoder whose network they fit.
        order: pairs of methods, of which the papers report the second as the better one.
        measured: a sentence on what the numbers are.
        ablations: as ``methods``: rows of the papers' ablations, which are measured only if they
            are named, by the first evaluation alone.
    """

    name: str
    title: str
    methods: Mapping[str, tuple[str, tuple[str, ...]]]
    networks: Mapping[str, str]
    evaluations: tuple[Evaluation, ...]
    order: tuple[tuple[str, str], ...]
    measured: str
    ablations: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All that can be compared, random weights first."""
        return [RANDOM, *self.methods, *self.ablations]


@dataclass(frozen=True)
class Row:
    """One encoder of the comparison.

    Args:
        method: of the benchmark, or 'random'.
        title: for people.
        network: key of ``NETWORK_OF``.
        encoder: last part of the names of its evaluations.
        evaluations: of it.
    """

    method: str
    title: str
    network: str
    encoder: str
    evaluations: tuple[Evaluation, ...]

    @property
    def recipes(self) -> list[str]:
        """Names of the recipes that evaluate it."""
        return list(dict.fromkeys(
            f'{evaluation.run}/{self.encoder}' for evaluation in self.evaluations))


def list_rows(benchmark: MethodBenchmark, methods: Sequence[str]) -> list[Row]:
    """List the encoders to compare; random weights once for each network of the methods.

    Args:
        benchmark: the comparison.
        methods: of ``benchmark.names``.

    Returns:
        Network by network, random weights first.

    Raises:
        ValueError: if a method is unknown or there is none besides 'random'.
    """
    unknown = set(methods) - set(benchmark.names)
    if unknown:
        raise ValueError(f'unknown methods {sorted(unknown)}; there are {benchmark.names}')
    by_network: dict[str, list[Row]] = {}

    def add(method: str, title: str, network: str, encoder: str) -> None:
        """Add a row with its evaluations."""
        count = 1 if method in benchmark.ablations else None
        by_network.setdefault(network, []).append(Row(method, title, network, encoder, tuple(
            evaluation for evaluation in benchmark.evaluations[:count]
            if evaluation.fits(network))))

    for method, (title, encoders) in {**benchmark.methods, **benchmark.ablations}.items():
        for encoder in encoders if method in methods else ():
            network = NETWORK_OF[encoder]
            if RANDOM in methods and network not in by_network:
                add(RANDOM, RANDOM, network, f'random_{network}')
            add(method, title, network, encoder)
    if not by_network:
        raise ValueError(f"name a method besides '{RANDOM}', of {benchmark.names}")
    return [row for network in benchmark.networks for row in by_network.get(network, ())]


def plan_benchmark(benchmark: MethodBenchmark, methods: Sequence[str], options: RunOptions,
                   root: Path) -> list[Step]:
    """List the steps.

    Args:
        benchmark: the comparison.
        methods: see :func:`list_rows`.
        options: work directory, world, seeds.
        root: of the repository.

    Returns:
        The steps; the ledger of claims shares them if it has the same work directory.
    """
    names = [name for row in list_rows(benchmark, methods) for name in row.recipes]
    return build_steps(list(dict.fromkeys(names)), RECIPES, options, root)


def run_benchmark(benchmark: MethodBenchmark, methods: Sequence[str], options: RunOptions,
                  root: Path, out: Path) -> Path:
    """Run what is not done yet, and write the results.

    Args:
        benchmark: the comparison.
        methods: see :func:`list_rows`.
        options: work directory, world, seeds.
        root: of the repository.
        out: JSON file; table and picture take its name with ``.md`` and ``.png``. What it holds of
            other methods and other seeds, perhaps measured elsewhere, is kept where the world and
            the configs are those of today.

    Returns:
        ``out``; :func:`page_path` has pictures, too.

    Raises:
        StepFailedError: if a step fails; finished steps are kept.
        WorkDirInUseError: if another chain runs in the work directory.
        ValueError: if a method is unknown, a quick run would be written outside its work directory,
            or ``out`` holds numbers of another precision.
    """
    if options.quick and out.parent.resolve() != (root / options.work_dir).resolve():
        raise ValueError(f'the numbers of a quick run mean nothing and are not written to {out}')
    before = json.loads(out.read_text()) if out.is_file() else {'encoders': {}}
    if before['encoders'] and before.get('amp', False) != options.amp:
        raise ValueError(
            f'{out} holds numbers of trainings {_PRECISION[not options.amp]}, these are '
            f'{_PRECISION[options.amp]}; choose another --out, or repeat all with or without --amp')
    steps = plan_benchmark(benchmark, methods, options, root)
    work_dir = root / options.work_dir
    with lock_work_dir(work_dir):
        progress = Progress(steps, sys.stdout)
        times = ChainRunner(steps, root, work_dir / 'logs', progress, options.jobs).run()
    found = read_results(benchmark, methods, options, root, times)
    summary = summarise(benchmark, join_encoders(
        found, before['encoders'],
        known_settings(benchmark, SettingsDigest(RECIPES, options, root))),
        options.quick, options.amp)
    write_report(summary, out)
    galleries = _galleries(benchmark, methods, options, root, steps)
    write_atomically(page_path(benchmark, options, root),
                     build_page(summary, galleries).encode())
    return out


def page_path(benchmark: MethodBenchmark, options: RunOptions, root: Path) -> Path:
    """Name the page with the pictures.

    Args:
        benchmark: the comparison.
        options: of the run.
        root: of the repository.
    """
    return root / options.work_dir / f'{benchmark.name}.html'


def _galleries(benchmark: MethodBenchmark, methods: Sequence[str], options: RunOptions, root: Path,
               steps: Sequence[Step]) -> dict[str, list[str]]:
    """Show what the networks of the first seed see, by the title of the evaluation."""
    made = {step.name: step for step in steps}
    found = {}
    for evaluation in benchmark.evaluations:
        rows = [row for row in list_rows(benchmark, methods) if evaluation in row.evaluations]
        if evaluation.show is None or not rows:
            continue
        several = len({row.network for row in rows}) > 1
        trained = {}
        for row in rows:
            step = made[f'seed{options.all_seeds[0]}/{evaluation.run}/{row.encoder}']
            title = f'{row.title}, {benchmark.networks[row.network]}' if several else row.title
            trained[title] = Trained(step.config, root / step.outputs[0])
        found[evaluation.title] = evaluation.show(trained, root / options.data)
    return found


def read_results(benchmark: MethodBenchmark, methods: Sequence[str], options: RunOptions,
                 root: Path, run_times: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Read the results of the finished runs.

    Args:
        benchmark: the comparison.
        methods: see :func:`list_rows`.
        options: of the run.
        root: of the repository.
        run_times: seconds of each step.

    Returns:
        By encoder the ``settings`` and ``runs``: for each seed its values by evaluation, and with
        what and how long they were made.
    """
    made, digest = versions(root), SettingsDigest(RECIPES, options, root)
    found = {}
    for row in list_rows(benchmark, methods):
        steps = [recipe.name for recipe in needed(row.recipes, RECIPES)]
        runs = []
        for seed in options.all_seeds:
            values = {
                evaluation.key: evaluation.factor * read_metric(
                    root / options.work_dir / f'seed{seed}' / evaluation.run / row.encoder,
                    'train', evaluation.metric)
                for evaluation in row.evaluations}
            times = {name: round(run_times[f'seed{seed}/{name}'], 1) for name in steps
                     if f'seed{seed}/{name}' in run_times}
            runs.append(dict(seed=seed, values=values, run_times_s=times, versions=made))
        found[row.encoder] = dict(settings=digest(row.recipes), runs=runs)
    return found


def known_settings(benchmark: MethodBenchmark, digest: SettingsDigest) -> dict[str, str]:
    """Hash what the results of every encoder of a comparison depend on today.

    Args:
        benchmark: the comparison.
        digest: of today.

    Returns:
        By encoder.
    """
    return {row.encoder: digest(row.recipes) for row in list_rows(benchmark, benchmark.names)}


def summarise(benchmark: MethodBenchmark, encoders: Mapping[str, Mapping[str, Any]], quick: bool,
              amp: bool = False) -> dict[str, Any]:
    """Compare the results of all seeds.

    Args:
        benchmark: the comparison.
        encoders: see :func:`read_results`.
        quick: whether they are of the tiny world.
        amp: whether they were trained in mixed precision.

    Returns:
        What the JSON file holds. A row lacks the evaluations that do not fit its network.
    """
    results = []
    for row in list_rows(benchmark, benchmark.names):
        if row.encoder not in encoders:
            continue
        runs = encoders[row.encoder]['runs']
        entry = dict(method=row.method, title=row.title, network=benchmark.networks[row.network],
                     ablation=row.method in benchmark.ablations,
                     seeds=[run['seed'] for run in runs])
        for evaluation in row.evaluations:
            values = [run['values'][evaluation.key] for run in runs]
            entry[evaluation.key] = dict(values=values, **spread(values))
        results.append(entry)
    return dict(
        name=benchmark.name, title=benchmark.title, measured=benchmark.measured,
        evidence=EVIDENCE, quick=quick, amp=amp, encoders=encoders,
        evaluations={evaluation.key: dict(title=evaluation.title, unit=evaluation.unit)
                     for evaluation in benchmark.evaluations},
        rows=results, comparisons=compare(results, benchmark))
