"""Hooks run once, before or after the body of the module, and leave other imports alone."""
from __future__ import annotations

import importlib
import inspect
import sys

import pytest

from mmcrossdistill.utils.compat import import_hooks


@pytest.fixture
def module(tmp_path, monkeypatch):
    """An importable module that notes when its body runs."""
    (tmp_path / 'hooked_module.py').write_text('import sys\nsys.hook_events.append("body")\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, 'hook_events', [], raising=False)
    yield 'hooked_module'
    sys.modules.pop('hooked_module', None)
    import_hooks._FINDER.before.pop('hooked_module', None)
    import_hooks._FINDER.after.pop('hooked_module', None)


def test_hooks_run_around_the_body_once(module):
    def early():
        sys.hook_events.append('before')

    def late():
        sys.hook_events.append('after')

    for _ in range(2):
        import_hooks.before_import(module, early)
        import_hooks.after_import(module, late)
    loaded = importlib.import_module(module)
    importlib.import_module(module)
    assert sys.hook_events == ['before', 'body', 'after']
    assert 'hook_events' in inspect.getsource(loaded)


def test_a_late_hook_on_an_imported_module_runs_at_once(module):
    importlib.import_module(module)
    import_hooks.after_import(module, lambda: sys.hook_events.append('after'))
    assert sys.hook_events == ['body', 'after']


def test_a_missing_module_stays_missing():
    import_hooks.before_import('no_such_module_anywhere', lambda: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module('no_such_module_anywhere')
    import_hooks._FINDER.before.pop('no_such_module_anywhere')


def test_an_explained_absence_says_why_and_only_then(module, monkeypatch):
    monkeypatch.setitem(import_hooks._FINDER.missing, 'no_such_module_anywhere', '')
    monkeypatch.setitem(import_hooks._FINDER.missing, module, '')
    import_hooks.explain_missing('no_such_module_anywhere', 'run make setup')
    import_hooks.explain_missing(module, 'never said')
    with pytest.raises(ModuleNotFoundError, match='run make setup') as caught:
        importlib.import_module('no_such_module_anywhere')
    assert caught.value.name == 'no_such_module_anywhere'
    importlib.import_module(module)
    assert sys.hook_events == ['body']
