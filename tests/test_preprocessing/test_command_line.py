"""Tests of how tools start and end."""
from __future__ import annotations

import argparse
import sys

import pytest

from mmcrossdistill.preprocessing.command_line import exit_code_of, run_command


def _fail(error: Exception) -> int:
    raise error


def test_what_is_wrong_with_the_input_is_one_line(capsys: pytest.CaptureFixture) -> None:
    assert exit_code_of(lambda: 3, 'tool.py') == 3
    for error in (FileNotFoundError('no a.bin'), KeyError('no a.bin'), ValueError('no a.bin')):
        assert exit_code_of(lambda error=error: _fail(error), 'tool.py') == 1
        assert capsys.readouterr().err == 'tool.py: no a.bin\n'
    with pytest.raises(ZeroDivisionError):
        exit_code_of(lambda: _fail(ZeroDivisionError()), 'tool.py')


def test_a_tool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument('--number', type=int)

    monkeypatch.setattr(sys, 'argv', ['tool.py', '--number', '4'])
    assert run_command('tool.py', 'Text', add_arguments, lambda args: args.number) == 4
    assert run_command('tool.py', 'Text', add_arguments, lambda args: _fail(ValueError('x'))) == 1
    assert 'tool.py: x' in capsys.readouterr().err
    monkeypatch.setattr(sys, 'argv', ['tool.py', '--help'])
    with pytest.raises(SystemExit):
        run_command('tool.py', 'One line\n  and another', add_arguments, lambda args: 0)
    assert 'One line\n  and another' in capsys.readouterr().out
