"""Running, resuming and repeating steps."""
from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.chain import runner
from mmcrossdistill.chain.progress import Progress
from mmcrossdistill.chain.runner import ChainRunner, StepFailedError
from mmcrossdistill.chain.stamps import read_stamp, write_stamp
from mmcrossdistill.chain.step import Step

# Appends its name and arguments to a journal, then writes a checkpoint. A file <word>_<name> makes
# it do more: wait for the steps named in it, hang, fail, or leave no result.
_TOOL = """
import os, pathlib, sys, time
name, rest = sys.argv[1], sys.argv[2:]
with open('journal.txt', 'a') as journal:
    journal.write(' '.join([name, *rest]) + '\\n')
folder = pathlib.Path(name)
folder.mkdir(exist_ok=True)
(folder / 'threads').write_text(os.environ['OMP_NUM_THREADS'])
(folder / 'pid').write_text(str(os.getpid()))
(folder / 'last_checkpoint').write_text('x')
others = pathlib.Path('wait_' + name)
deadline = time.monotonic() + 20
while others.exists() and not all(
        pathlib.Path(other, 'last_checkpoint').exists() for other in others.read_text().split()):
    if time.monotonic() > deadline:
        sys.exit('nobody came')
    time.sleep(0.01)
if pathlib.Path('hang_' + name).exists():
    time.sleep(60)
if pathlib.Path('fail_' + name).exists():
    print('a cause that helps')
    sys.exit(3)
if not pathlib.Path('silent_' + name).exists():
    (folder / 'done.pth').write_text('x')
"""


class _Project:
    """Training steps in a temporary repository; at first b, which reads a."""

    def __init__(self, root: Path) -> None:
        self.root, self.jobs = root, 2
        (root / 'tool.py').write_text(_TOOL)
        (root / 'config.py').write_text('lr = 1\n')
        self.steps = [replace(self.step('a'), title='first', config=root / 'config.py'),
                      replace(self.step('b', 'a'), title='second')]
        self.output = io.StringIO()

    def step(self, name: str, *inputs: str, typical_s: float = 60.0) -> Step:
        """Make a step."""
        return Step(name, name, ('tool.py', name), Path(name), (Path(name, 'done.pth'),), inputs,
                    resumable=True, typical_s=typical_s)

    def tell(self, word: str, name: str, others: str = '') -> Path:
        """Make a step do more, see the tool."""
        path = self.root / f'{word}_{name}'
        path.write_text(others)
        return path

    def run(self) -> list[str]:
        """Run the chain and tell which commands ran."""
        (self.root / 'journal.txt').write_text('')
        progress = Progress(self.steps, self.output)
        self.times = ChainRunner(self.steps, self.root, self.root / 'logs', progress, self.jobs,
                                 poll_s=0.02).run()
        return self.journal()

    def journal(self) -> list[str]:
        """Tell which commands ran."""
        return (self.root / 'journal.txt').read_text().splitlines()

    def threads(self) -> dict[str, str]:
        """Tell how many threads each step was given."""
        return {step.name: (self.root / step.name / 'threads').read_text() for step in self.steps}

    def is_alive(self, name: str) -> bool:
        """Tell whether the command of a step still runs."""
        try:
            os.kill(int((self.root / name / 'pid').read_text()), 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Project:
    """See :class:`_Project`; the machine has eight cores."""
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    monkeypatch.setattr(runner, 'available_cores', lambda: 8)
    return _Project(tmp_path)


def test_finished_steps_are_not_repeated(project):
    assert project.run() == ['a', 'b']
    times = project.times
    assert project.run() == []
    assert project.times == times
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
    cause = project.tell('fail', 'b')
    with pytest.raises(StepFailedError) as error:
        project.run()
    message = str(error.value)
    for part in ('step b (second) failed: exit status 3', 'python tool.py b', 'a cause that helps',
                 'logs/b.log', 'run the same command again'):
        assert part in message
    cause.unlink()
    assert project.run() == ['b --resume']
    assert read_stamp(project.steps[1], project.root).finished


def test_an_interrupted_step_is_not_resumed_with_another_config(project):
    cause = project.tell('fail', 'a')
    with pytest.raises(StepFailedError):
        project.run()
    cause.unlink()
    (project.root / 'config.py').write_text('lr = 3\n')
    assert project.run() == ['a', 'b']


def test_a_step_that_leaves_nothing_fails(project):
    project.tell('silent', 'a')
    with pytest.raises(StepFailedError, match=r'did not write a/done\.pth'):
        project.run()


def test_a_chain_that_could_not_end_is_refused(project):
    project.steps.reverse()
    with pytest.raises(ValueError, match='step b reads a'):
        project.run()


def test_independent_steps_overlap_and_times_stand_in_the_order_of_the_chain(project):
    project.steps = [project.step('a', typical_s=1), project.step('b', typical_s=2),
                     project.step('c', 'a', 'b')]
    project.tell('wait', 'a', 'b')
    project.tell('wait', 'b', 'a')
    assert project.run()[2] == 'c'
    assert list(project.times) == ['a', 'b', 'c']


def test_a_step_starts_when_its_own_inputs_are_finished(project):
    """c reads only b; it starts, while a, which waits for it, still runs."""
    project.steps = [project.step('a'), project.step('b'), project.step('c', 'b')]
    project.tell('wait', 'a', 'c')
    journal = project.run()
    assert sorted(journal) == ['a', 'b', 'c'] and journal.index('b') < journal.index('c')
    assert project.threads() == {'a': '4', 'b': '4', 'c': '4'}


def test_one_job_is_one_step_at_a_time_and_the_critical_path_goes_first(project):
    project.jobs = 1
    project.steps = [project.step('x', typical_s=6), project.step('y', typical_s=5),
                     project.step('z', 'y', typical_s=2)]
    assert project.run() == ['y', 'x', 'z']
    lines = project.output.getvalue().splitlines()
    assert [line.split(': ')[0] for line in lines if line.startswith('step')] == [
        'step 2/3 y', 'step 2/3 y', 'step 1/3 x', 'step 1/3 x', 'step 3/3 z', 'step 3/3 z']


def test_no_more_than_so_many_steps_run(project):
    """c would end the wait of a and b, but there are only two lanes."""
    project.steps = [project.step(name) for name in 'abc']
    for name in 'ab':
        project.tell('wait', name, 'c')
    (project.root / 'tool.py').write_text(_TOOL.replace('+ 20', '+ 0.3'))
    with pytest.raises(StepFailedError, match='exit status 1'):
        project.run()
    assert 'c' not in project.journal()


def test_steps_side_by_side_share_the_cores_and_one_alone_has_all(project):
    project.steps = [project.step('a'), project.step('b'), project.step('c', 'a', 'b')]
    project.run()
    assert project.threads() == {'a': '4', 'b': '4', 'c': '8'}


def test_a_step_that_is_alone_for_most_of_its_time_has_all_cores(project):
    project.steps = [project.step('a', typical_s=500), project.step('b', typical_s=180)]
    project.run()
    assert project.threads() == {'a': '8', 'b': '4'}


def test_the_threads_the_user_chose_hold(project, monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '3')
    project.run()
    assert project.threads() == {'a': '3', 'b': '3'}


def test_a_failure_ends_what_runs_beside_it_and_starts_nothing(project):
    project.steps = [project.step('a'), project.step('b'), project.step('c')]
    project.tell('wait', 'a', 'b')
    cause, hang = project.tell('fail', 'a'), project.tell('hang', 'b')
    with pytest.raises(StepFailedError, match=r'step a \(a\) failed: exit status 3'):
        project.run()
    assert sorted(project.journal()) == ['a', 'b'] and not project.is_alive('b')
    stamp = read_stamp(project.steps[1], project.root)
    assert not stamp.finished and 0 < stamp.run_time_s < 30
    write_stamp(project.steps[1], project.root, replace(stamp, run_time_s=100.0))
    cause.unlink()
    hang.unlink()
    assert sorted(project.run()) == ['a --resume', 'b --resume', 'c']
    assert 100 <= project.times['b'] < 130


def test_an_interruption_ends_all_commands_and_keeps_their_time(project, monkeypatch):
    project.steps = [project.step('z'), project.step('a', 'z'), project.step('b', 'z')]
    hangs = [project.tell('hang', name) for name in 'ab']
    update = Progress.update

    def interrupt(self, running, jobs):
        update(self, running, jobs)
        if all((project.root / name / 'last_checkpoint').exists() for name in 'ab'):
            raise KeyboardInterrupt
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Progress, 'update', interrupt)
        project.run()
    for name in 'ab':
        assert not project.is_alive(name)
        stamp = json.loads((project.root / name / f'stamp_{name}.json').read_text())
        assert not stamp['finished'] and 0 < stamp['run_time_s'] < 30
    for hang in hangs:
        hang.unlink()
    assert sorted(project.run()) == ['a --resume', 'b --resume']
