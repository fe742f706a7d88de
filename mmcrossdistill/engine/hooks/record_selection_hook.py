"""Which keyframes a run was trained on, stored with its results."""
from __future__ import annotations

from pathlib import Path

from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrossdistill.registry import HOOKS
from mmcrossdistill.utils.atomic_file import write_atomically

FILE = 'train_keyframes.txt'


@HOOKS.register_module()
class RecordSelectionHook(Hook):
    """Write the tokens of the training keyframes to ``<work_dir>/train_keyframes.txt``.

    Which few labels were used decides a result as much as how many. The file can be given to
    another run as ``tokens=`` of its data set.
    """

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Write the list.

        Args:
            runner: the runner; its training data set has ``get_data_info``.
        """
        dataset = runner.train_dataloader.dataset
        infos = [dataset.get_data_info(index) for index in range(len(dataset))]
        # Views of a keyframe and repetitions count once.
        scene_of = {info['token']: info['scene_name'] for info in infos}
        lines = [f'# {len(scene_of)} keyframes of {len(set(scene_of.values()))} scenes', *scene_of]
        write_atomically(Path(runner.work_dir, FILE), ('\n'.join(lines) + '\n').encode())
        runner.logger.info(f'{FILE}: trained on {lines[0].removeprefix("# ")}')
