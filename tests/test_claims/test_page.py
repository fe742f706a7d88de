"""How numbers stand on the page."""
from __future__ import annotations

from mmcrossdistill.claims.page import render


def entry(a, b, **measured):
    """A claim that one seed measured."""
    run = {'seed': 0, 'a': a, 'b': b, 'run_time_s': 61.0}
    return {
        'id': 'T-01', 'table': 'Table 1', 'text': 'text', 'metric': 'm', 'paper': None, 'a': None,
        'b': None, 'note': '', 'obstacle': '', 'verdict': measured['verdict'],
        'measured': {'evidence': 'minidrive', 'quick': False, 'runs': [run],
                     'command': 'make again', 'std': None, 'low': None, 'high': None, **measured}}


def row(**measured):
    """The line of a measured claim."""
    page = render({'rule': 'rule', 'claims': [entry(**measured)]}, 'x.json')
    return next(line for line in page.splitlines() if line.startswith('| T-01'))


def test_small_numbers_keep_their_digits():
    line = row(verdict='holds', a=0.0012, b=12.345, mean=0.0456, std=0.5, low=-3.0, high=0.002)
    assert '| 0.0012 → 12.3 | +0.046 ± 0.50 [-3.00, +0.002] | **holds** |' in line


def test_what_is_undefined_is_said():
    line = row(verdict='undefined', a=1.0, b=None, mean=None)
    assert '| 1.00 → undefined | undefined | **undefined** |' in line


def test_one_seed_has_no_spread():
    assert '| 1.00 → 2.00 | +1.00 | **one seed only** |' in row(
        verdict='one seed only', a=1.0, b=2.0, mean=1.0)


def test_the_evidence_names_the_command():
    page = render({'rule': 'rule', 'claims': [entry(
        1.0, 2.0, verdict='one seed only', mean=1.0)]}, 'x.json')
    line = [line for line in page.splitlines() if line.startswith('| T-01')][-1]
    assert '| 0 | 1:01 | – | `make again` |' in line
