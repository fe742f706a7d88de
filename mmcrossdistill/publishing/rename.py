"""Renaming the parameters of a checkpoint by a table that works in both directions."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


def keep(value: Tensor) -> Tensor:
    """Leave a tensor as it is.

    Args:
        value: any tensor.
    """
    return value


@dataclass(frozen=True)
class Rename:
    """One parameter under two names.

    Attributes:
        ours: name in our checkpoints.
        theirs: name in the published ones.
        to_ours: changes the layout of their tensor.
        to_theirs: changes it back.
    """

    ours: str
    theirs: str
    to_ours: Callable[[Tensor], Tensor] = keep
    to_theirs: Callable[[Tensor], Tensor] = keep


def rename_exactly(
    state: Mapping[str, Tensor], groups: Sequence[Sequence[Rename]], to_ours: bool, source: str,
) -> dict[str, Tensor]:
    """Rename all tensors; none may be missing or left over.

    Args:
        state: tensors by name.
        groups: tables; the first must be there, each other one wholly or not at all.
        to_ours: the direction.
        source: file name for the message.

    Returns:
        Contiguous tensors by the other names.

    Raises:
        ValueError: listing the missing and the unknown names.
    """
    def names(rename: Rename) -> tuple[str, str]:
        return (rename.theirs, rename.ours) if to_ours else (rename.ours, rename.theirs)

    present = [group for number, group in enumerate(groups)
               if number == 0 or any(names(rename)[0] in state for rename in group)]
    table = {names(rename)[0]: rename for group in present for rename in group}
    missing, unknown = sorted(table.keys() - state.keys()), sorted(state.keys() - table.keys())
    if missing or unknown:
        raise ValueError(
            f'{source} has not the expected weights: missing {missing}, unknown {unknown}; is it '
            'of another preset or format?')
    return {
        names(rename)[1]: (rename.to_ours if to_ours else rename.to_theirs)(state[name])
        .clone(memory_format=torch.contiguous_format) for name, rename in table.items()}
