"""mmpretrain beside transformers 5."""
from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from types import SimpleNamespace

import pytest

from mmcrossdistill.utils.compat.mmpretrain_multimodal import (
    DEPENDENCY_MODULE,
    switch_off_multimodal,
)


@pytest.mark.parametrize(('version', 'kept'), [('5.23.0', False), ('4.28.1', True), (None, True)])
def test_only_transformers_5_switches_it_off(
    version: str | None, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> str:
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    module = SimpleNamespace(WITH_MULTIMODAL=True)
    monkeypatch.setitem(sys.modules, DEPENDENCY_MODULE, module)
    monkeypatch.setattr(metadata, 'version', find)
    switch_off_multimodal()
    assert module.WITH_MULTIMODAL is kept


def test_mmpretrain_imports_whatever_transformers_is_installed() -> None:
    code = 'import mmcrossdistill, mmpretrain.models as m; print(m.ResNet.__name__)'
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert done.stdout.strip().endswith('ResNet'), done.stderr[-2000:]
