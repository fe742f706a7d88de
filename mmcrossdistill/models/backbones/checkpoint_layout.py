"""Recognising whose checkpoint a file is, and translating its parameter names by a table."""
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor


@dataclass(frozen=True)
class Layout:
    """How one code base names the parameters of an encoder.

    Attributes:
        family: who writes such files, for messages.
        anchor: pattern of one key that shows the layout; what precedes it in the file is the
            prefix of the encoder.
        renames: (pattern, replacement) pairs, all of them applied to every key in this order.
        unused: pattern that starts the keys of training-time parts, which are left out.
        prefix: pattern of the prefix; any by default.
    """

    family: str
    anchor: str
    renames: tuple[tuple[str, str | Callable[[re.Match], str]], ...] = ()
    unused: str | None = None
    prefix: str = r'(?:.+\.)?'


def translate_names(
    state: dict[str, Tensor], layouts: Sequence[Layout], source: str | Path
) -> dict[str, Tensor]:
    """Find the encoder in a state dict and rename its parameters.

    Keys that do not start with the encoder's prefix belong to other networks (heads, a text
    encoder, a momentum copy) and are left out; a key under the prefix that no rule knows stays,
    so that loading reports it.

    Args:
        state: tensors by the file's names.
        layouts: the known ones; the first whose anchor is found counts.
        source: file name for messages.

    Returns:
        Tensors by the encoder's names.

    Raises:
        ValueError: if no layout is recognised or the file holds several encoders.
    """
    for layout in layouts:
        anchor = re.compile(f'(?P<prefix>{layout.prefix}){layout.anchor}')
        prefixes = {match['prefix'] for name in state if (match := anchor.fullmatch(name))}
        if prefixes:
            break
    else:
        raise ValueError(
            f'{source} has none of the known layouts ({", ".join(each.family for each in layouts)})'
            f'; its first keys are {sorted(state)[:8]}')
    if len(prefixes) > 1:
        raise ValueError(
            f'{source} holds several encoders in the layout of {layout.family}, under the '
            f'prefixes {sorted(prefixes)}; save the wanted one alone')
    (prefix,) = prefixes
    translated = {}
    for name, value in state.items():
        if not name.startswith(prefix):
            continue
        name = name.removeprefix(prefix)
        if layout.unused is not None and re.match(layout.unused, name):
            continue
        for pattern, replacement in layout.renames:
            name = re.sub(pattern, replacement, name)
        translated[name] = value
    return translated
