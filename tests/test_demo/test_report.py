"""report.html."""
from __future__ import annotations

import base64

from mmcrossdistill.demo.report import Picture, build_report


def test_verdict_follows_the_numbers(make_summary):
    summary = make_summary(1)
    assert '6 of 6 expectations hold' in build_report(summary, [])
    summary['expectations'][2] |= {'holds': False, 'change': -1.7}
    report = build_report(summary, [])
    assert '5 of 6 expectations hold' in report
    assert '-1.7 points' in report and '<span class="bad">does not hold</span>' in report


def test_a_quick_run_makes_no_claim(make_summary):
    report = build_report({**make_summary(1), 'quick': True}, [])
    assert 'its numbers mean nothing' in report and 'expectations hold' not in report


def test_pictures_times_versions_and_seeds_are_shown(make_summary):
    shown = Picture('maps', 'Feature maps', 'before and after', b'bytes of a picture')
    report = build_report(make_summary(2), [shown])
    assert base64.b64encode(shown.png).decode() in report
    for part in ('Feature maps', '1:15', 'sum of steps', '1:27', 'side by side', 'torch',
                 '0, 1', '<code>minidrive</code>',
                 'mean ± standard deviation over 2 seeds'):
        assert part in report
