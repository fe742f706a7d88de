"""torchvision imports whatever its build, and its real operators are never replaced."""
from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from mmcrossdistill.utils.compat import torchvision_ops


def test_torchvision_imports_after_the_package():
    import torchvision
    assert torchvision.ops.nms is not None
    assert hasattr(torch.ops.torchvision, 'nms')


def test_stubs_have_no_kernel():
    if not torchvision_ops._libraries:
        pytest.skip('the real operators load here')
    import torchvision
    with pytest.raises(RuntimeError, match="Couldn't load custom C"):
        torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)


def test_nothing_is_defined_when_the_real_operators_load(monkeypatch):
    monkeypatch.setattr(torchvision_ops, '_libraries', [])
    monkeypatch.delitem(sys.modules, 'torchvision', raising=False)
    monkeypatch.setattr(torchvision_ops, '_real_ops_load', lambda package: True)
    torchvision_ops.ensure_torchvision_importable()
    assert torchvision_ops._libraries == []


def test_nothing_happens_without_torchvision(monkeypatch):
    monkeypatch.setattr(torchvision_ops, '_libraries', [])
    monkeypatch.delitem(sys.modules, 'torchvision', raising=False)
    monkeypatch.setattr('importlib.util.find_spec', lambda name: None)
    torchvision_ops.ensure_torchvision_importable()
    assert torchvision_ops._libraries == []


def test_the_package_itself_imports_neither_torch_nor_mm_libraries(repo_root):
    code = (
        'import sys, mmcrossdistill\n'
        "heavy = {'torch', 'torchvision', 'mmcv', 'mmdet3d', 'mmengine', 'timm'}\n"
        'print(sorted(heavy & set(sys.modules)))')
    done = subprocess.run(
        [sys.executable, '-c', code], cwd=repo_root, capture_output=True, text=True, check=True)
    assert done.stdout == '[]\n'
