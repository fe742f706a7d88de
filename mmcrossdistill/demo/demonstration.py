"""The whole demonstration, as ``make demo`` runs it."""
from __future__ import annotations

import json
import sys
from pathlib import Path

from mmcrossdistill.chain.progress import Progress
from mmcrossdistill.chain.runner import ChainRunner
from mmcrossdistill.chain.work_dir_lock import lock_work_dir
from mmcrossdistill.claims.records.demonstration_record import NAME, demonstration_settings

from .benchmark_record import write_benchmark_record
from .gallery import draw_pictures
from .report import build_report
from .steps import DemoOptions, build_chain
from .summary import build_summary


def run_demonstration(options: DemoOptions, root: Path) -> Path:
    """Run all steps that are not done yet and write the report.

    Args:
        options: of the demonstration.
        root: of the repository.

    Returns:
        The path of ``report.html``; ``summary.json``, ``report_files/`` and the benchmark record
        lie beside it.

    Raises:
        StepFailedError: if a step fails; finished steps are kept.
        WorkDirInUseError: if another demonstration runs in the work directory.
    """
    with lock_work_dir(root / options.work_dir):
        return _run(options, root)


def _run(options: DemoOptions, root: Path) -> Path:
    """Run the chain in a work directory that nobody else uses."""
    steps = build_chain(options, root)
    work_dir = root / options.work_dir
    progress = Progress(steps, sys.stdout)
    run_times = ChainRunner(steps, root, work_dir / 'logs', progress, options.jobs).run()
    progress.say('report: numbers and pictures')
    summary = build_summary(options, steps, run_times, root)
    summary['name'], summary['settings'] = NAME, demonstration_settings(options.seed, root)
    files = work_dir / 'report_files'
    files.mkdir(exist_ok=True)
    pictures, summary['features'] = draw_pictures(options, steps, root, files)
    (work_dir / 'summary.json').write_text(json.dumps(summary, indent=2, allow_nan=False) + '\n')
    write_benchmark_record(summary, work_dir / 'cd_minidrive.json')
    report = work_dir / 'report.html'
    report.write_text(build_report(summary, pictures), encoding='utf-8')
    return report
