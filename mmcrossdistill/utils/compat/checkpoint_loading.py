"""Load MMEngine's checkpoints without unpickling arbitrary code.

Reason: since torch 2.6 ``torch.load`` accepts tensors and plain containers only, unless told
otherwise. MMEngine 0.10.7 calls it without saying anything, while its own checkpoints hold logged
scalars in ``HistoryBuffer`` objects with numpy arrays, so resuming fails. We keep the safe mode and
allow exactly the types our checkpoints hold. A file from a URL takes torch's plain safe mode.
Goes when: MMEngine's ``load_from_local`` opens its own checkpoints (0.11.0rc0 does not).
"""
from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def register_safe_loader() -> None:
    """Make ours the loader of local checkpoint files in MMEngine's ``CheckpointLoader``."""
    from mmengine.runner.checkpoint import CheckpointLoader
    CheckpointLoader.register_scheme(prefixes='', loader=load_from_local, force=True)


def load_from_local(filename: str, map_location: Any = None) -> dict[str, Any]:
    """Load one checkpoint file in torch's safe mode.

    Args:
        filename: path of the file; ``~`` is expanded.
        map_location: as in :func:`torch.load`.

    Returns:
        The checkpoint.

    Raises:
        FileNotFoundError: if there is no such file.
        pickle.UnpicklingError: if the file holds a type that our checkpoints do not hold.
        RuntimeError: if the file is truncated.
    """
    import torch
    path = Path(filename).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f'checkpoint {path} does not exist; check the path given to --resume, load_from or '
            f'init_cfg.checkpoint')
    try:
        with torch.serialization.safe_globals(allowed_globals()):
            return torch.load(path, map_location=map_location, weights_only=True)
    except pickle.UnpicklingError as error:
        raise pickle.UnpicklingError(
            f'{path} was refused: {_reason(path, error)}. If you made the file yourself, save '
            f"it again with torch.save({{'state_dict': ...}}) holding tensors only") from error
    except (RuntimeError, EOFError) as error:
        raise RuntimeError(
            f'{path} is damaged or no checkpoint ({str(error).splitlines()[0]}); copy it again '
            f'or resume from an earlier one') from error


def allowed_globals() -> list[Callable | tuple[Callable, str]]:
    """List what a checkpoint written by ``Runner.save_checkpoint`` holds besides tensors.

    Returns:
        The types and functions, with the pickled name where it differs from today's.
    """
    from mmengine.logging import HistoryBuffer
    scalar = np.float64(0).__reduce__()[0]
    reconstruct = np.zeros(0).__reduce__()[0]
    dtypes = {type(np.dtype(code)) for code in '?bhilqBHILQefd'}
    # numpy 1 and 2 name the module of the two functions differently; files of both may come.
    modules = ('numpy.core.multiarray', 'numpy._core.multiarray')
    return [
        HistoryBuffer, (_statistics_method, 'builtins.getattr'),
        np.ndarray, np.dtype, *sorted(dtypes, key=str),
        *((scalar, f'{module}.scalar') for module in modules),
        *((reconstruct, f'{module}._reconstruct') for module in modules),
    ]


def _statistics_method(owner: Any, name: str) -> Callable:
    """Stand in for the ``getattr`` by which a ``HistoryBuffer`` pickles its statistics functions.

    Args:
        owner: must be the class ``HistoryBuffer``.
        name: must be one of its statistics, e.g. ``'mean'``.

    Returns:
        The function.

    Raises:
        pickle.UnpicklingError: for any other object or name, which only a forged file asks for.
    """
    from mmengine.logging import HistoryBuffer
    if owner is not HistoryBuffer or name not in ('min', 'max', 'current', 'mean'):
        raise pickle.UnpicklingError(f'it asks for attribute {name!r} of {owner!r}')
    return getattr(owner, name)


def _reason(path: Path, error: pickle.UnpicklingError) -> str:
    """Say which types made torch refuse a file.

    Args:
        path: the checkpoint.
        error: what torch raised.

    Returns:
        One clause for the message.
    """
    import torch
    known = {
        item[1] if isinstance(item, tuple) else f'{item.__module__}.{item.__qualname__}'
        for item in allowed_globals()}
    try:
        held = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except (ValueError, pickle.UnpicklingError):
        return str(error).splitlines()[0]
    foreign = sorted(set(held) - known)
    if not foreign:
        return str(error).splitlines()[0]
    return f'it holds {", ".join(foreign)}, which only an untrusted unpickling could load'
