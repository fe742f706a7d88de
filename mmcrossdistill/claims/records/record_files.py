"""Files of results that the ledger can read."""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .comparison_record import BENCHMARKS, comparison_record
from .demonstration_record import NAME as DEMONSTRATION
from .demonstration_record import demonstration_record
from .record import Record


def read_records(paths: Sequence[Path], root: Path) -> list[Record]:
    """Read the JSON files of comparisons and of the demonstration.

    Args:
        paths: of the files.
        root: of the repository.

    Raises:
        FileNotFoundError: if a file does not exist.
        ValueError: if one is no such file, or of a quick run.
    """
    records = []
    for path in paths:
        summary = json.loads(path.read_text())
        name = summary.get('name')
        if name != DEMONSTRATION and name not in BENCHMARKS:
            raise ValueError(f'{path} is no record of {", ".join((DEMONSTRATION, *BENCHMARKS))}')
        if summary['quick']:
            raise ValueError(f'{path} is the record of a quick run; its numbers mean nothing')
        read = demonstration_record if name == DEMONSTRATION else comparison_record
        records.append(read(summary, root))
    return records
