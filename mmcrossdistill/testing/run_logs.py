"""Logs as a training leaves them."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_scalars(work_dir: Path, lines: Iterable[Mapping[str, Any]],
                  time: str = '20260101_000000') -> None:
    """Write scalars as MMEngine's local backend does.

    Args:
        work_dir: of the run.
        lines: one dict per logged line.
        time: name of the run's folder; later ones are later parts.
    """
    folder = work_dir / time / 'vis_data'
    folder.mkdir(parents=True)
    (folder / 'scalars.json').write_text(''.join(json.dumps(line) + '\n' for line in lines))
