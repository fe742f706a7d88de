"""Reading the tensors of a TorchScript archive without running anything in it."""
from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

_STORAGES = {
    'HalfStorage': torch.float16, 'BFloat16Storage': torch.bfloat16,
    'FloatStorage': torch.float32, 'DoubleStorage': torch.float64, 'BoolStorage': torch.bool,
    'ByteStorage': torch.uint8, 'CharStorage': torch.int8, 'ShortStorage': torch.int16,
    'IntStorage': torch.int32, 'LongStorage': torch.int64}


class _ScriptObject:
    """Stands for an object of any class that the archive defines: its attributes, no methods."""

    attributes: Any = None

    def __setstate__(self, state: Any) -> None:
        """Keep the attributes.

        Args:
            state: what the archive stores for the object.
        """
        self.attributes = state


def _first(value: Any, *others: Any) -> Any:
    """Return the first argument: lists with a type tag are read without the tag."""
    return value


class _TensorUnpickler(pickle.Unpickler):
    """An unpickler that can make tensors, plain containers and ``_ScriptObject``, nothing else.

    Args:
        archive: the opened archive.
        root: its top folder, with a slash at the end.
    """

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(archive.open(f'{root}data.pkl'))
        self._archive = archive
        self._root = root
        self._storages: dict[str, Tensor] = {}

    def find_class(self, module: str, name: str) -> Callable | torch.dtype:
        """Translate the name of a type or function; the real one is never imported.

        Args:
            module: its module.
            name: its name there.

        Returns:
            What stands for it here.

        Raises:
            pickle.UnpicklingError: if it is not one that an archive of tensors needs.
        """
        if module.split('.')[0] == '__torch__':
            return _ScriptObject
        if module == 'torch' and name in _STORAGES:
            return _STORAGES[name]
        if module == 'torch.jit._pickle':
            return _first
        if (module, name) == ('torch._utils', '_rebuild_tensor_v2'):
            return self._rebuild
        if (module, name) == ('collections', 'OrderedDict'):
            return OrderedDict
        raise pickle.UnpicklingError(f'it asks for {module}.{name}')

    def persistent_load(self, pid: tuple) -> Tensor:
        """Read a storage.

        Args:
            pid: ('storage', dtype, name of the record, device, number of elements).

        Returns:
            (number of elements,) tensor.
        """
        _, dtype, record, _, _ = pid
        if record not in self._storages:
            content = bytearray(self._archive.read(f'{self._root}data/{record}'))
            self._storages[record] = torch.frombuffer(content, dtype=dtype) if content \
                else torch.empty(0, dtype=dtype)
        return self._storages[record]

    @staticmethod
    def _rebuild(storage: Tensor, offset: int, size: tuple, stride: tuple, *_: Any) -> Tensor:
        """View a storage as a tensor; torch refuses a view beyond its end."""
        return storage.as_strided(size, stride, offset)


def _collect(value: Any, name: str, state: dict[str, Tensor]) -> None:
    """Put the tensors below an object into a dict.

    Args:
        value: object of the archive.
        name: its dotted name.
        state: receives tensors by dotted name.
    """
    if isinstance(value, Tensor):
        state[name] = value
    elif isinstance(value, _ScriptObject) and isinstance(value.attributes, dict):
        for key, part in value.attributes.items():
            _collect(part, f'{name}.{key}' if name else str(key), state)


def is_script_archive(path: Path) -> bool:
    """Tell whether a file is a TorchScript archive.

    Args:
        path: any file.
    """
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.count('/') == 1 and name.endswith('/constants.pkl')
                   for name in archive.namelist())


def read_script_archive(path: Path) -> dict[str, Tensor]:
    """Read parameters, buffers and other tensor attributes of a scripted or traced module.

    ``torch.jit.load`` would compile the archive's code and ``torch.load`` would need
    ``weights_only=False``; here the code is not opened and the pickle can only make tensors.

    Args:
        path: TorchScript archive, e.g. a file of OpenAI's CLIP.

    Returns:
        Tensors by dotted name, in the archive's dtypes.

    Raises:
        ValueError: if the archive holds anything that could run, or is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        root = next(name for name in archive.namelist() if name.endswith('/constants.pkl'))
        root = root.removesuffix('constants.pkl')
        try:
            module = _TensorUnpickler(archive, root).load()
        except (pickle.UnpicklingError, AttributeError, EOFError, IndexError, KeyError,
                RuntimeError, TypeError, ValueError) as error:  # what a damaged pickle may raise
            raise ValueError(f'TorchScript archive {path} was refused: {error}') from error
    state: dict[str, Tensor] = {}
    _collect(module, '', state)
    return state
