"""The modes in which MMEngine runs a model."""
from __future__ import annotations

_MODES = ('loss', 'predict', 'tensor')


def check_mode(mode: str) -> None:
    """Refuse a mode that no model has.

    Args:
        mode: of a forward pass.

    Raises:
        ValueError: if it is unknown.
    """
    if mode not in _MODES:
        raise ValueError(f"mode must be 'loss', 'predict' or 'tensor', got {mode!r}")
