"""A device without hardware, to find on any machine what would fail or wait on a GPU.

Tensors on it live in the CPU's memory and are computed there, with the same numbers. As on a GPU,
operators refuse tensors of two devices; and what would make the host wait for a GPU is noted with
the line that asked for it.

    with PretendDevice() as device:
        model = device.place(model)
        batch = model.data_preprocessor(batch, True)
        device.waits.clear()
        losses = model(**batch, mode='loss')
        assert not device.waits

It does not tell whether CUDA kernels exist, how fast they are or how they round, and what asks for
``tensor.is_cuda`` takes its other branch. PyTorch has one such place for foreign devices
("PrivateUse1"), so no other package may use it in the same process; autograd knows devices from
its first pass on, so make the device before (tests: ``run_distributed`` with one process).
"""
from __future__ import annotations

import sys
from collections import Counter
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils.backend_registration import (
    _DummyBackendModule,
    _setup_privateuseone_for_python_backend,
)

_NAME = 'pretend'
_aten = torch.ops.aten
# Their result or its size is needed on the host.
_WAITING = frozenset({
    _aten._local_scalar_dense.default, _aten.nonzero.default, _aten.equal.default,
    _aten.masked_select.default, _aten._unique.default, _aten._unique2.default,
    _aten.unique_dim.default, _aten.unique_consecutive.default, _aten.bincount.default,
    _aten._linalg_check_errors.default})
_COPIES = frozenset({_aten.copy_.default, _aten._to_copy.default})
_WRITES_BY_INDEX = frozenset({
    _aten.index_put.default, _aten.index_put_.default, _aten._index_put_impl_.default})
_BY_INDEX = _WRITES_BY_INDEX | {_aten.index.Tensor}
# What PyTorch calls from C++ where no mode hears of it (torch.tensor of a list).
_KERNELS = {'empty.memory_format': _aten.empty.memory_format,
            'empty_strided': _aten.empty_strided.default, 'copy_': _aten.copy_.default}


class PretendDevice(TorchDispatchMode):
    """The device, while the context is entered.

    Attributes:
        name: for ``tensor.to(name)`` and ``device=name``.
        waits: what would have made the host wait, as 'operator file:line' of the first caller
            outside of PyTorch, and how often.
    """

    name = _NAME

    def __init__(self) -> None:
        _register()
        super().__init__()
        self.waits: Counter[str] = Counter()

    def __enter__(self) -> PretendDevice:
        """Begin to note."""
        _entered.append(self)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        """Stop to note."""
        super().__exit__(*error)
        _entered.pop()

    def place(self, module: nn.Module) -> nn.Module:
        """Move a module here, its parameters and buffers.

        Args:
            module: on the CPU.

        Returns:
            The same module.
        """
        before = torch.__future__.get_swap_module_params_on_conversion()
        torch.__future__.set_swap_module_params_on_conversion(True)
        try:
            return module.to(self.name)
        finally:
            torch.__future__.set_swap_module_params_on_conversion(before)

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (),
                           kwargs: dict[str, Any] | None = None) -> Any:
        """Run an operator, and note whether it waits."""
        self.note(func, args, kwargs or {})
        return _run(func, args, kwargs or {})

    def note(self, func: Any, args: tuple, kwargs: dict[str, Any]) -> None:
        """Note an operator if it waits.

        Args:
            func: the operator.
            args: its arguments.
            kwargs: those by name.
        """
        if _waits(func, args, kwargs):
            self.waits[f'{func.overloadpacket.__name__} {_caller()}'] += 1


_entered: list[PretendDevice] = []


class _PretendTensor(Tensor):
    """A tensor of the CPU that says it is elsewhere."""

    held: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, held: Tensor) -> _PretendTensor:
        """Wrap.

        Args:
            held: on the CPU, without history.
        """
        tensor = Tensor._make_wrapper_subclass(
            cls, held.size(), strides=held.stride(), storage_offset=held.storage_offset(),
            dtype=held.dtype, device=torch.device(_NAME, 0))
        tensor.held = held
        return tensor

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: tuple = (),
                           kwargs: dict[str, Any] | None = None) -> Any:
        """Run an operator where the mode is not on, as in ``repr``."""
        return _run(func, args, kwargs or {})

    def tolist(self) -> Any:
        """Read on the host; PyTorch has it for no other subclass."""
        return self.cpu().tolist()

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        """Show the numbers."""
        return f'{self.held!r} on {self.device}'


class _Backend(_DummyBackendModule):
    """What PyTorch asks ``torch.pretend``."""

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        """Allow autocast contexts."""
        return [torch.float16, torch.bfloat16]


@lru_cache(maxsize=1)
def _register() -> torch.library.Library:
    """Make the device known to PyTorch, once per process."""
    _setup_privateuseone_for_python_backend(_NAME, backend_module=_Backend())
    library = torch.library.Library('aten', 'IMPL')
    for name, operator in _KERNELS.items():
        library.impl(name, partial(_run_unheard, operator), 'PrivateUse1')
    try:
        torch.ones(1, device=_NAME, requires_grad=True).sum().backward()
    except RuntimeError as error:
        raise RuntimeError(
            'make the PretendDevice before the first backward pass of the process: autograd has '
            'queues for no other devices than those it then knew') from error
    return library


def _run_unheard(func: Any, *args: Any, **kwargs: Any) -> Any:
    """Run an operator that no mode hears of."""
    for device in _entered[-1:]:
        device.note(func, args, kwargs)
    return _run(func, args, kwargs)


def _run(func: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Run an operator on the CPU and put its result where PyTorch would.

    Raises:
        RuntimeError: if its tensors are of two devices.
    """
    here, elsewhere = _devices(args, kwargs)
    wanted = kwargs.get('device')
    target = bool(here) if wanted is None else torch.device(wanted).type == _NAME
    if here and func not in _COPIES:
        indices = args[1] if func in _BY_INDEX else ()
        # As on a GPU, numbers of the host may take part, and index tensors.
        strangers = [tensor for tensor in elsewhere
                     if tensor.dim() and not any(tensor is index for index in indices)]
        if strangers:
            raise RuntimeError(
                f'{func}: tensors of two devices; of the CPU: '
                f'{[tuple(tensor.shape) for tensor in strangers]}')
    if func is _aten.copy_.default:
        target = isinstance(args[0], _PretendTensor)
    held = {name: _held(value) for name, value in kwargs.items()}
    if wanted is not None:
        held['device'] = torch.device('cpu')
    result = func(*map(_held, args), **held)
    if not target:
        return result
    result = _placed(result)
    return return_and_correct_aliasing(func, args, kwargs, result) if _aliases(func) else result


@cache
def _aliases(func: Any) -> bool:
    """Tell whether what an operator returns is an argument or a view of one."""
    return any(value.alias_info is not None for value in func._schema.returns)


def _held(value: Any) -> Any:
    """Give what an argument holds on the CPU; operators take tensors and lists of them."""
    if isinstance(value, (list, tuple)):
        return [_held(item) for item in value]
    return value.held if isinstance(value, _PretendTensor) else value


def _placed(result: Any) -> Any:
    """Put what an operator returned on the device."""
    if isinstance(result, (list, tuple)):
        return type(result)(_placed(item) for item in result)
    return _PretendTensor(result) if isinstance(result, Tensor) else result


def _waits(func: Any, args: tuple, kwargs: dict[str, Any]) -> bool:
    """Tell whether the host would wait for a GPU."""
    here, elsewhere = _devices(args, kwargs)
    if func in _COPIES:
        # Between host and device.
        if kwargs.get('non_blocking', args[2] if len(args) > 2 else False):
            return False
        if func is _aten.copy_.default:
            return bool(here and elsewhere)
        wanted = kwargs.get('device')
        return wanted is not None and (torch.device(wanted).type == _NAME) != bool(here)
    if not here:
        return False
    if func in _BY_INDEX:
        uploads = any(tensor.dim() for tensor in elsewhere)
        # One number at the places of one mask is a masked fill.
        fills = func in _WRITES_BY_INDEX and len(args[1]) == 1 and args[2].numel() == 1
        return uploads or (not fills and any(map(_is_mask, args[1])))
    if func is _aten.repeat_interleave.Tensor:
        return kwargs.get('output_size') is None
    return func in _WAITING


def _is_mask(index: Tensor | None) -> bool:
    return index is not None and index.dtype in (torch.bool, torch.uint8)


def _devices(args: tuple, kwargs: dict[str, Any]) -> tuple[list[Tensor], list[Tensor]]:
    """Split the tensors of a call into those on the device and those of the CPU."""
    here, elsewhere = [], []
    for value in (*args, *kwargs.values()):
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(item, Tensor):
                (here if isinstance(item, _PretendTensor) else elsewhere).append(item)
    return here, elsewhere


def _caller() -> str:
    """Name the innermost line outside of PyTorch and of this file."""
    skipped = (str(Path(torch.__file__).parent), __file__)
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(skipped):
        frame = frame.f_back
    return 'of autograd' if frame is None else f'{frame.f_code.co_filename}:{frame.f_lineno}'
