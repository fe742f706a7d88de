"""Run a function just before or after a module is imported, or say why there is no such module."""
from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _HookFinder(MetaPathFinder):
    """Finder that lets the others find a module and wraps the execution of its body."""

    def __init__(self) -> None:
        self.before: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self.after: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self.missing: dict[str, str] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a hooked module by the other finders.

        Args:
            name: dotted module name.
            path: search path of its parent package.
            target: module to reload, if any.

        Returns:
            The module's spec with the hooks around its execution; None for any other module.

        Raises:
            ModuleNotFoundError: if there is no such module and its absence has an explanation.
        """
        if not any(name in known for known in (self.before, self.after, self.missing)):
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((item for item in found if item is not None), None)
        if spec is None and name in self.missing:
            raise ModuleNotFoundError(self.missing[name], name=name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                for hook in self.before[name]:
                    hook()
                execute(module)
                for hook in self.after[name]:
                    hook()

            spec.loader.exec_module = exec_module
        return spec


_FINDER = _HookFinder()


def before_import(module: str, hook: Callable[[], None]) -> None:
    """Run ``hook`` right before the module's body; too late, hence no effect, if it is imported.

    Args:
        module: dotted module name.
        hook: function without arguments.
    """
    _register(_FINDER.before[module], hook)


def after_import(module: str, hook: Callable[[], None]) -> None:
    """Run ``hook`` right after the module's body; at once if it is imported already.

    Args:
        module: dotted module name.
        hook: function without arguments.
    """
    if _register(_FINDER.after[module], hook) and module in sys.modules:
        hook()


def explain_missing(module: str, message: str) -> None:
    """Say more than that there is no such module, should it be imported and not be found.

    Args:
        module: dotted module name.
        message: the reason and the remedy.
    """
    _FINDER.missing[module] = message
    _activate()


def _activate() -> None:
    """Make sure that the finder is asked first."""
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)


def _register(hooks: list[Callable[[], None]], hook: Callable[[], None]) -> bool:
    """Note a hook once.

    Args:
        hooks: the list it belongs to.
        hook: function without arguments.

    Returns:
        Whether it is new.
    """
    _activate()
    if hook in hooks:
        return False
    hooks.append(hook)
    return True
