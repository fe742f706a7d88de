"""Versions that break the rest are named together with the command that repairs them."""
from __future__ import annotations

from importlib import metadata

import pytest

from mmcrossdistill.utils.compat import check_pins


def test_this_environment_is_within_the_limits():
    assert check_pins() is None


def test_all_broken_limits_come_in_one_error(monkeypatch):
    versions = {'numpy': '2.3.1', 'setuptools': '84.2.1', 'torch': '2.13.0+cpu'}

    def version(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(metadata, 'version', version)
    with pytest.raises(RuntimeError) as error:
        check_pins()
    assert 'numpy 2.3.1 (needs >=1.24,<2)' in str(error.value)
    assert "pip install 'numpy>=1.24,<2' 'setuptools>=60,<81'" in str(error.value)
    assert 'torch' not in str(error.value)
