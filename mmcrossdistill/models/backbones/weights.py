"""Reading checkpoint files of other code bases, and loading them without silent gaps."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn


def read_state_dict(path: str | Path, containers: Sequence[str] = ()) -> dict[str, Tensor]:
    """Read the tensors of a checkpoint; nothing in the file is executed.

    Args:
        path: ``.pth`` (loaded with ``weights_only``) or ``.safetensors`` file.
        containers: keys under which the file may hold the state dict; the first present one is
            opened, none means that the file is the state dict itself. A ``module.`` prefix, left
            by data-parallel wrappers, is removed.

    Returns:
        Tensors by name.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds no state dict.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'checkpoint {path} does not exist; download it and give its path, or set '
            'checkpoint=None for random weights')
    if path.suffix == '.safetensors':
        from safetensors.torch import load_file
        content = load_file(path)
    else:
        content = torch.load(path, map_location='cpu', weights_only=True)
    for name in containers:
        if isinstance(content, dict) and isinstance(content.get(name), dict):
            content = content[name]
            break
    if not isinstance(content, dict) or not content or not all(
            isinstance(value, Tensor) for value in content.values()):
        found = sorted(map(str, content))[:8] if isinstance(content, dict) else type(content)
        raise ValueError(
            f'{path} holds no state dict, neither at the top nor under {list(containers)}; '
            f'found {found}')
    return {name.removeprefix('module.'): value for name, value in content.items()}


def load_exactly(module: nn.Module, state: dict[str, Tensor], source: str | Path) -> None:
    """Load a state dict whose names and shapes must all match.

    Args:
        module: the network to fill.
        state: tensors by name.
        source: file name for the message.

    Raises:
        ValueError: if keys are missing, left over or of another shape; the message lists them.
    """
    own = module.state_dict()
    # Files written before PyTorch 0.4.1 lack these counters, which only an average of all batches
    # would read.
    counters = {name: own[name] for name in own if name.endswith('num_batches_tracked')}
    state = counters | state
    missing = sorted(own.keys() - state.keys())
    unexpected = sorted(state.keys() - own.keys())
    misfit = [
        f'{name} {tuple(state[name].shape)} instead of {tuple(own[name].shape)}'
        for name in sorted(own.keys() & state.keys()) if state[name].shape != own[name].shape]
    if missing or unexpected or misfit:
        raise ValueError(
            f'{source} does not fit {type(module).__name__}: missing keys {missing}, '
            f'left-over keys {unexpected}, wrong shapes {misfit}; '
            'is it the checkpoint of another size?')
    module.load_state_dict(state)
