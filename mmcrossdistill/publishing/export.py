"""What a format consists of, before anything is written."""
from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from mmcrossdistill.utils.atomic_file import write_atomically


class CannotExpressError(ValueError):
    """A format has no way to say what the encoder is."""


@dataclass(frozen=True)
class Export:
    """The files of one format.

    Args:
        library: its name for people.
        weights: tensors by the library's names.
        weights_file: name; '.safetensors' decides the format, else torch's.
        meta: kept beside the weights in torch's format.
        texts: file name to content.
        usage: Python lines that load it and compute features.
        notes: sentences for the model card.
    """

    library: str
    weights: Mapping[str, Tensor]
    weights_file: str
    usage: str
    meta: Mapping[str, object] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def write(self, folder: Path, card: str) -> None:
        """Write all files; the weights last, so that they are not there without their config.

        Args:
            folder: is made if needed; files of the same names are replaced.
            card: the model card.
        """
        for name, text in {**self.texts, 'README.md': card}.items():
            write_atomically(folder / name, text.encode())
        weights = {name: value.detach().contiguous() for name, value in self.weights.items()}
        temporary = folder / f'.{os.getpid()}.{self.weights_file}'
        if self.weights_file.endswith('.safetensors'):
            from safetensors.torch import save_file
            save_file(weights, temporary, metadata={'format': 'pt'})
        else:
            torch.save(dict(meta=dict(self.meta), state_dict=weights), temporary)
        temporary.replace(folder / self.weights_file)
