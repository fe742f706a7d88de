"""Titles of files that a command line compares."""
from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def name_files(parser: argparse.ArgumentParser, paths: Sequence[str | Path],
               titles: Sequence[str] | None) -> dict[str, Path]:
    """Give each file a title.

    Args:
        parser: of the command line, which ends with an error if a title is missing or twice there.
        paths: of the files.
        titles: what the user wants; ``None`` for 'predicted' if there is one file, the folders of
            the files otherwise.

    Returns:
        The files by title.
    """
    if titles is None:
        titles = ['predicted'] if len(paths) == 1 else [str(Path(path).parent) for path in paths]
    if len(titles) != len(paths) or len(set(titles)) != len(titles):
        parser.error(f'--titles: {len(paths)} files need as many different titles, got {titles}')
    return dict(zip(titles, map(Path, paths), strict=True))
