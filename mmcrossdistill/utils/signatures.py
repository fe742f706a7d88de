"""What a class or a function accepts, read without calling it."""
from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """Arguments of a callable.

    Args:
        names: all keyword names.
        required: those without a default.
        is_open: whether further names may be passed on to something that is not visible.
    """

    names: frozenset[str]
    required: frozenset[str]
    is_open: bool


def accepted_arguments(target: Callable) -> Accepted:
    """Collect the arguments of a function or, through ``**kwargs``, of a class and its bases.

    Args:
        target: class or function.

    Returns:
        What may be given by keyword.
    """
    if not inspect.isclass(target):
        return _of_functions([target])
    initialisers = []
    for base in target.__mro__:
        if '__init__' not in vars(base):
            continue
        if base.__name__ == 'Module' or base is object:
            break
        initialisers.append(base.__init__)
        if not _takes_keywords(base.__init__):
            break
    return _of_functions(initialisers, skip_first=True)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Suggest what a mistyped name may mean.

    Args:
        name: the name that was found.
        candidates: the names that would be right.

    Returns:
        A clause that starts with ``'; '``, or an empty string if nothing is near.
    """
    lower = {item.lower(): item for item in candidates}
    close = difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)
    return f'; did you mean {" or ".join(repr(lower[item]) for item in close)}?' if close else ''


def _of_functions(functions: list[Callable], skip_first: bool = False) -> Accepted:
    """Join the arguments of functions of which each passes its ``**kwargs`` to the next.

    Args:
        functions: in the order of the calls.
        skip_first: leave out ``self``.

    Returns:
        The joined arguments; those that a caller itself sets are still listed.
    """
    names: set[str] = set()
    required: set[str] = set()
    for function in functions:
        parameters = list(inspect.signature(function).parameters.values())[int(skip_first):]
        for parameter in parameters:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            # A subclass that passes a base's argument itself makes it no requirement of ours.
            if parameter.default is parameter.empty and function is functions[0]:
                required.add(parameter.name)
            names.add(parameter.name)
    is_open = bool(functions) and _takes_keywords(functions[-1])
    return Accepted(frozenset(names), frozenset(required), is_open)


def _takes_keywords(function: Callable) -> bool:
    """Tell whether a function has ``**kwargs``.

    Args:
        function: any function.

    Returns:
        Whether it takes names that its signature does not list.
    """
    kinds = [item.kind for item in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
