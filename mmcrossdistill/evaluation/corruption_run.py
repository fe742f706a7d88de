"""Running the test of a probe once per cell of a grid of corruptions."""
from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.dist import is_main_process

from mmcrossdistill.utils.atomic_file import write_atomically
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import build_runner, set_checkpoint

from .corruption_grid import GridCell

RESULTS = 'results.json'


def tested_dataset(cfg: Config) -> Config:
    """Get the test data.

    Args:
        cfg: of a probe.

    Raises:
        ConfigError: if the config tests nothing, or several data sets in one.
    """
    dataset = (cfg.get('test_dataloader') or {}).get('dataset') or {}
    if 'pipeline' not in dataset:
        raise ConfigError(
            'the config has no test_dataloader.dataset.pipeline; give the config of a probe, with '
            'one data set')
    return dataset


def run_grid(
    cfg: Config, checkpoint: str, datasets: Mapping[GridCell, Mapping[str, Any]], folder: Path,
    source: Mapping[str, Any], say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Test a checkpoint on every cell; cells that an earlier call finished are not repeated.

    Args:
        cfg: of a probe, as from ``load_run_config``.
        checkpoint: path of the probe's checkpoint.
        datasets: config of the test data of each cell.
        folder: ``results.json`` is kept here, written after each cell.
        source: of the corruptions, e.g. their ``seed``.
        say: takes lines of progress.

    Returns:
        ``fingerprint``, ``checkpoint``, the source and ``cells``: {corruption, severity, metrics,
        run_time_s} of each cell. The file may hold further cells, of earlier calls.

    Raises:
        FileNotFoundError: if there is no such checkpoint.
        RuntimeError: if the folder holds results of another checkpoint, config or source.
    """
    cfg = copy.deepcopy(cfg)
    set_checkpoint(cfg, checkpoint)
    path = folder / RESULTS
    fingerprint = _fingerprint(cfg, checkpoint, source)
    done = _read_finished(path, fingerprint)
    pending = [cell for cell in datasets if cell not in done]
    if len(pending) < len(datasets):
        say(f'{len(datasets) - len(pending)} of {len(datasets)} results taken from {path}')
    results = dict(fingerprint=fingerprint, checkpoint=str(checkpoint), **source)
    begin = time.monotonic()
    for number, cell in enumerate(pending, start=1):
        start = time.monotonic()
        metrics = _test(cfg, datasets[cell], folder / 'logs' / cell.name)
        done[cell] = dict(
            corruption=cell.corruption, severity=cell.severity, metrics=metrics,
            run_time_s=round(time.monotonic() - start, 1))
        if is_main_process():
            results['cells'] = list(done.values())
            write_atomically(path, (json.dumps(results, indent=1) + '\n').encode())
            left = (time.monotonic() - begin) / number * (len(pending) - number)
            say(f'{number}/{len(pending)} {cell.name}: {done[cell]["run_time_s"]} s, '
                f'about {left / 60:.0f} min left')
    return results | dict(cells=[done[cell] for cell in datasets])


def _test(cfg: Config, dataset: Mapping[str, Any], work_dir: Path) -> dict[str, float]:
    """Run one test in a runner of its own.

    Args:
        cfg: of the probe, with its checkpoint.
        dataset: config of the test data.
        work_dir: of the log.

    Returns:
        Metrics by key.
    """
    cfg = copy.deepcopy(cfg)
    cfg.test_dataloader.dataset = dataset
    cfg.work_dir = str(work_dir)
    # MMEngine keeps one logger per name.
    cfg.experiment_name = f'{work_dir.parent.name}_{work_dir.name}_{time.time_ns()}'
    metrics = build_runner(cfg).test()
    return {key: float(value) for key, value in metrics.items()}


def _fingerprint(cfg: Config, checkpoint: str, source: Mapping[str, Any]) -> str:
    """Hash what decides the results: model, data, metrics, weights, source.

    Args:
        cfg: of the probe.
        checkpoint: path.
        source: of the corruptions.

    Returns:
        A hexadecimal digest.
    """
    parts = [cfg.model, cfg.test_dataloader.dataset, cfg.test_evaluator, *source.values()]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    with open(checkpoint, 'rb') as file:
        while chunk := file.read(2 ** 24):
            digest.update(chunk)
    return digest.hexdigest()


def _read_finished(path: Path, fingerprint: str) -> dict[GridCell, dict[str, Any]]:
    """Read the results of an earlier call.

    Args:
        path: of the results.
        fingerprint: that they must have.

    Returns:
        Finished cells; none if there is no file.

    Raises:
        RuntimeError: if they are results of something else.
    """
    if not path.is_file():
        return {}
    results = json.loads(path.read_text())
    if results['fingerprint'] != fingerprint:
        raise RuntimeError(
            f'{path} holds results of another checkpoint, config or source of corruptions '
            f'({results["checkpoint"]}); choose another --out or remove it')
    return {GridCell(cell['corruption'], cell['severity']): cell for cell in results['cells']}
