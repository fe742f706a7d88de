"""The progress line."""
from __future__ import annotations

import io
from pathlib import Path

import pytest

from mmcrossdistill.chain.progress import Progress, Running, format_seconds, log_tail
from mmcrossdistill.chain.step import Step


def _steps() -> list[Step]:
    """Three steps of 10, 20 and 30 typical seconds."""
    return [Step(name, name, (), Path(name), (), typical_s=seconds)
            for name, seconds in (('a', 10.0), ('b', 20.0), ('c', 30.0))]


def _running(index: int, elapsed: float, log: Path = Path('none.log')) -> Running:
    """A running step."""
    return Running(index, elapsed, log)


class _Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_time_left_follows_the_pace_of_the_machine():
    progress = Progress(_steps(), io.StringIO())
    assert progress.remaining([_running(0, 4.0)], 1) == pytest.approx(6 + 20 + 30)
    progress.count(progress.steps[0], 20.0)
    assert progress.remaining([_running(1, 15.0)], 1) == pytest.approx(2 * 20 - 15 + 2 * 30)
    progress.count(progress.steps[1], 40.0)
    assert progress.remaining([_running(2, 500.0)], 1) == 0


def test_time_left_of_steps_side_by_side_is_not_their_sum():
    progress = Progress(_steps(), io.StringIO())
    assert progress.remaining([_running(1, 5.0), _running(2, 5.0)], 2) == pytest.approx(15 + 10)


def test_steps_done_before_need_no_time():
    progress = Progress(_steps(), io.StringIO())
    progress.count(progress.steps[2], 30.0)
    assert progress.remaining([_running(1, 5.0)], 2) == pytest.approx(15)


def test_a_step_that_found_its_work_done_does_not_make_the_machine_fast():
    progress = Progress(_steps(), io.StringIO())
    progress.count(progress.steps[2], 1.0)
    assert progress.remaining([_running(1, 5.0)], 2) == pytest.approx(15)


@pytest.mark.parametrize(('text', 'position'), [
    ('x INFO - Epoch(train)  [2][ 50/120]  lr: 1.0e-04\nsomething\n', 'Epoch(train) [2][ 50/120]'),
    ('[>   ] 3/190, 0.5 task/s\r[>>  ] 4/190, 0.5 task/s, elapsed: 8s', '4/190')])
def test_the_line_shows_how_far_each_running_step_is(tmp_path, text, position):
    log = tmp_path / 'a.log'
    log.write_text(text)
    stream = io.StringIO()
    Progress(_steps(), stream, interval_s=0).update([_running(2, 5.0), _running(1, 65.0, log)], 2)
    assert stream.getvalue() == (
        f'total 0:00, about 0:25 left | step 2/3 b  1:05  {position} | step 3/3 c  0:05\n')


def test_a_terminal_has_one_line_that_fits(monkeypatch):
    monkeypatch.setenv('COLUMNS', '40')
    stream = _Terminal()
    progress = Progress(_steps(), stream)
    for _ in range(2):
        progress.update([_running(1, 5.0), _running(2, 5.0)], 2)
    line = 'total 0:00, about 0:25 left | step 2/3 b  0:05 | step 3/3 c  0:05'[:39]
    assert stream.getvalue() == f'\r\033[K{line}' * 2


def test_elsewhere_a_line_comes_once_a_minute():
    stream = io.StringIO()
    progress = Progress(_steps(), stream)
    progress.update([_running(0, 5.0)], 1)
    assert stream.getvalue() == ''
    progress.begin -= 61
    progress._last -= 61
    for _ in range(2):
        progress.update([_running(0, 66.0)], 1)
    assert stream.getvalue().count('\n') == 1 and 'total 1:01' in stream.getvalue()


def test_a_tail_counts_the_redraws_of_a_progress_bar_as_lines(tmp_path):
    log = tmp_path / 'a.log'
    log.write_text('first\n10 %\r50 %\r100 %\n\nend\n')
    assert log_tail(log, 2) == ['100 %', 'end']
    assert log_tail(tmp_path / 'none.log') == []


def test_durations():
    assert [format_seconds(s) for s in (5, 61, 3600)] == ['0:05', '1:01', '1:00:00']
