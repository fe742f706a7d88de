"""tools/train.py: a whole run, resuming and an early error."""
from __future__ import annotations

from pathlib import Path

import torch


def _weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    """Model weights of a checkpoint."""
    from mmcrossdistill.utils.compat.checkpoint_loading import load_from_local
    return load_from_local(str(checkpoint))['state_dict']


def test_a_run_leaves_checkpoints_scalars_and_its_config(toy_run):
    assert (toy_run / 'toy_config.py').is_file()
    assert (toy_run / 'epoch_3.pth').is_file()
    assert list(toy_run.glob('*/vis_data/events.out.tfevents.*'))
    assert list(toy_run.glob('*/vis_data/scalars.json'))


def test_resuming_equals_an_uninterrupted_run(run_here, toy_run, tmp_path):
    run_here(
        'train.py', 'tests/data/toy_config.py', '--work-dir', tmp_path,
        '--resume', toy_run / 'epoch_2.pth', '--auto-scale-lr',
        '--cfg-options', 'train_cfg.max_epochs=3')
    whole, resumed = _weights(toy_run / 'epoch_3.pth'), _weights(tmp_path / 'epoch_3.pth')
    assert not (tmp_path / 'epoch_2.pth').exists()
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_wrong_argument_stops_before_anything_is_built(run_here, tmp_path):
    message, _ = run_here(
        'train.py', 'tests/data/toy_config.py', '--work-dir', tmp_path / 'never', '--cfg-options',
        'model.bais=True')
    assert message.startswith('train.py: tests/data/toy_config.py')
    assert "model.bais: ToyModel takes no such argument; did you mean 'bias'?" in message
    assert not (tmp_path / 'never').exists()
