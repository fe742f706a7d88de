"""Models of transformers from local folders."""
from __future__ import annotations

from pathlib import Path


def check_checkpoint(folder: str | Path, option: str, example: str) -> Path:
    """Make sure that a folder holds a model, before transformers looks for it in the network.

    Args:
        folder: with the weights and configurations, as ``save_pretrained`` writes them.
        option: of the command line that names the folder.
        example: repository of such a model.

    Returns:
        The folder.

    Raises:
        FileNotFoundError: if it holds none.
    """
    if not Path(folder, 'config.json').is_file():
        raise FileNotFoundError(
            f'{folder} has no config.json, so it is no checkpoint of transformers; pass with '
            f'{option} a folder as save_pretrained writes it, e.g. a clone of {example}')
    return Path(folder)
