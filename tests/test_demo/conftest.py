"""A small chain and a made-up summary for the tests of the demonstration."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmcrossdistill.demo.steps import DemoOptions
from mmcrossdistill.demo.summary import CONDITIONS, build_summary
from mmcrossdistill.testing.run_logs import write_scalars


def _write_probes(folder: Path, shift: float = 0.0) -> None:
    """Write the logs of all probes: +3 points and -10 % of RMSE everywhere, and ``shift`` more."""
    for moment, miou, rmse in (('before', 30.0, 5.0 + shift), ('after', 33.0 + shift, 4.5)):
        seg, depth = {'step': 1}, {'step': 1}
        for condition in CONDITIONS:
            seg |= {f'seg/{condition}/miou': miou, f'seg/{condition}/acc': miou + 40,
                    f'seg/{condition}/iou_car': miou, f'seg/{condition}/iou_truck': miou - 10}
            depth |= {f'depth/{condition}/rmse': rmse, f'depth/{condition}/abs_rel': rmse / 50}
        seg['seg/night/iou_truck'] = float('nan')
        write_scalars(folder / f'seg_{moment}', [seg])
        write_scalars(folder / f'depth_{moment}', [depth])
    write_scalars(folder / 'seg3d', [
        {f'seg3d/{condition}/{name}': 50.0
         for condition in CONDITIONS for name in ('miou', 'acc')}])


@pytest.fixture
def make_summary(tmp_path: Path) -> Callable[[int], dict[str, Any]]:
    """Make the summary of so many seeds; the second gains one point more, and so on."""
    def make(seeds: int = 1) -> dict[str, Any]:
        options = DemoOptions(Path('work'), Path('data'), seeds=seeds)
        for seed in range(seeds):
            _write_probes(tmp_path / 'work' / (f'seed{seed}' if seed else ''), float(seed))
        return build_summary(options, [], {'world': 12.0, 'stage1': 75.0}, tmp_path)
    return make
