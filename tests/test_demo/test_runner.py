"""Running, resuming and repeating steps."""
from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.demo.progress import Progress
from mmcrossdistill.demo.runner import ChainRunner, StepFailedError
from mmcrossdistill.demo.stamps import read_stamp
from mmcrossdistill.demo.steps import Step

# appends its name and arguments to a journal, then writes a checkpoint; fails where told to
_TOOL = """
import pathlib, sys
name, rest = sys.argv[1], sys.argv[2:]
with open('journal.txt', 'a') as journal:
    journal.write(' '.join([name, *rest]) + '\\n')
folder = pathlib.Path(name)
folder.mkdir(exist_ok=True)
(folder / 'last_checkpoint').write_text('x')
if pathlib.Path('fail_' + name).exists():
    print('a cause that helps')
    sys.exit(3)
if not pathlib.Path('silent_' + name).exists():
    (folder / 'done.pth').write_text('x')
"""


class _Project:
    """Two training steps in a temporary repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / 'tool.py').write_text(_TOOL)
        (root / 'config.py').write_text('lr = 1\n')
        first = Step('a', 'first', ('tool.py', 'a'), Path('a'), (Path('a/done.pth'),),
                     config=root / 'config.py', resumable=True)
        second = replace(first, name='b', title='second', command=('tool.py', 'b'),
                         folder=Path('b'), outputs=(Path('b/done.pth'),), inputs=('a',),
                         config=None)
        self.steps = [first, second]
        self.output = io.StringIO()

    def run(self) -> list[str]:
        """Run the chain and tell which commands ran."""
        journal = self.root / 'journal.txt'
        journal.write_text('')
        progress = Progress(self.steps, self.output)
        ChainRunner(self.steps, self.root, self.root / 'logs', progress, poll_s=0.05).run()
        return self.journal()

    def journal(self) -> list[str]:
        """Tell which commands ran."""
        return (self.root / 'journal.txt').read_text().splitlines()


@pytest.fixture
def project(tmp_path: Path) -> _Project:
    """See :class:`_Project`."""
    return _Project(tmp_path)


def test_finished_steps_are_not_repeated(project):
    assert project.run() == ['a', 'b']
    assert project.run() == []
    assert 'step 1/2 a: done before' in project.output.getvalue()


def test_a_changed_config_repeats_the_step_and_what_follows(project):
    project.run()
    (project.root / 'a' / 'left_over').touch()
    (project.root / 'config.py').write_text('lr = 2\n')
    assert project.run() == ['a', 'b']
    assert not (project.root / 'a' / 'left_over').exists()


def test_a_changed_command_repeats_only_from_there(project):
    project.run()
    project.steps[1] = replace(project.steps[1], command=('tool.py', 'b', 'x'))
    assert project.run() == ['b x']


def test_arguments_without_effect_repeat_nothing(project):
    project.run()
    project.steps[0] = replace(project.steps[0], arguments_without_effect=('--workers', '4'))
    assert project.run() == []


def test_a_lost_output_repeats_the_step(project):
    project.run()
    (project.root / 'b' / 'done.pth').unlink()
    assert project.run() == ['b --resume']


def test_a_failure_names_step_log_and_remedy_and_the_next_run_resumes(project):
    (project.root / 'fail_b').touch()
    with pytest.raises(StepFailedError) as error:
        project.run()
    message = str(error.value)
    for part in ('step b (second) failed: exit status 3', 'python tool.py b', 'a cause that helps',
                 'logs/b.log', 'run the same command again'):
        assert part in message
    (project.root / 'fail_b').unlink()
    assert project.run() == ['b --resume']
    assert read_stamp(project.steps[1], project.root).finished


def test_an_interrupted_step_is_not_resumed_with_another_config(project):
    (project.root / 'fail_a').touch()
    with pytest.raises(StepFailedError):
        project.run()
    (project.root / 'fail_a').unlink()
    (project.root / 'config.py').write_text('lr = 3\n')
    assert project.run() == ['a', 'b']


def test_a_step_that_leaves_nothing_fails(project):
    (project.root / 'silent_a').touch()
    with pytest.raises(StepFailedError, match=r'did not write a/done\.pth'):
        project.run()


def test_an_interruption_ends_the_command_and_keeps_its_time(project, monkeypatch):
    (project.root / 'tool.py').write_text('import time; time.sleep(60)')

    def interrupt(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr(Progress, 'update', interrupt)
    with pytest.raises(KeyboardInterrupt):
        project.run()
    stamp = json.loads((project.root / 'a' / 'stamp_a.json').read_text())
    assert not stamp['finished'] and 0 < stamp['run_time_s'] < 30
