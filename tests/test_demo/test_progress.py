"""The progress line."""
from __future__ import annotations

import io
from pathlib import Path

import pytest

from mmcrossdistill.demo.progress import Progress, format_seconds, log_tail
from mmcrossdistill.demo.steps import Step


def _steps() -> list[Step]:
    """Three steps of 10, 20 and 30 typical seconds."""
    return [Step(name, name, (), Path(name), (), typical_s=seconds)
            for name, seconds in (('a', 10.0), ('b', 20.0), ('c', 30.0))]


def test_time_left_follows_the_pace_of_the_machine():
    progress = Progress(_steps(), io.StringIO())
    assert progress.remaining(0, 4.0) == pytest.approx(6 + 20 + 30)
    progress.count(progress.steps[0], 20.0)
    assert progress.remaining(1, 15.0) == pytest.approx(2 * 20 - 15 + 2 * 30)
    assert progress.remaining(2, 500.0) == 0


@pytest.mark.parametrize(('text', 'position'), [
    ('x INFO - Epoch(train)  [2][ 50/120]  lr: 1.0e-04\nsomething\n', 'Epoch(train) [2][ 50/120]'),
    ('[>   ] 3/190, 0.5 task/s\r[>>  ] 4/190, 0.5 task/s, elapsed: 8s', '4/190')])
def test_the_line_shows_how_far_the_step_is(tmp_path, text, position):
    log = tmp_path / 'a.log'
    log.write_text(text)
    stream = io.StringIO()
    Progress(_steps(), stream, interval_s=0).update(1, 65.0, log)
    assert stream.getvalue().startswith(f'step 2/3 b  1:05  {position}  total 0:00')


def test_a_tail_counts_the_redraws_of_a_progress_bar_as_lines(tmp_path):
    log = tmp_path / 'a.log'
    log.write_text('first\n10 %\r50 %\r100 %\n\nend\n')
    assert log_tail(log, 2) == ['100 %', 'end']
    assert log_tail(tmp_path / 'none.log') == []


def test_durations():
    assert [format_seconds(s) for s in (5, 61, 3600)] == ['0:05', '1:01', '1:00:00']
