"""MMEngine's own checkpoints load in the safe mode; anything else is refused with one error."""
from __future__ import annotations

import argparse
import pickle

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner.checkpoint import CheckpointLoader

from mmcrossdistill.utils.compat.checkpoint_loading import load_from_local


@pytest.fixture
def checkpoint(tmp_path):
    """What Runner.save_checkpoint writes besides the weights."""
    history = HistoryBuffer([0.5, 1.5], [1, 1])
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(
        state_dict=dict(weight=torch.arange(3.)),
        message_hub=dict(
            log_scalars={'train/loss': history},
            runtime_info=dict(
                epoch=1, best_score=np.float32(0.25), step=np.int64(7), ok=np.bool_(True),
                table=np.eye(2)))), path)
    return path


def test_logged_scalars_survive_and_go_on(checkpoint):
    hub = load_from_local(str(checkpoint))['message_hub']
    history = hub['log_scalars']['train/loss']
    history.update(4.0)
    assert history.mean() == 2.0
    assert history.statistics('max') == 4.0
    assert hub['runtime_info']['best_score'] == np.float32(0.25)
    assert hub['runtime_info']['step'] == 7
    assert np.array_equal(hub['runtime_info']['table'], np.eye(2))


def test_mmengine_uses_our_loader(checkpoint):
    assert CheckpointLoader._get_checkpoint_loader(str(checkpoint)) is load_from_local
    loaded = CheckpointLoader.load_checkpoint(str(checkpoint), map_location='cpu')
    assert torch.equal(loaded['state_dict']['weight'], torch.arange(3.))


def test_the_allow_list_does_not_outlive_the_call(checkpoint):
    load_from_local(str(checkpoint))
    with pytest.raises(pickle.UnpicklingError):
        torch.load(checkpoint, weights_only=True)


def test_a_foreign_type_is_refused_by_name(tmp_path):
    path = tmp_path / 'foreign.pth'
    torch.save(dict(state_dict={}, args=argparse.Namespace(lr=1)), path)
    with pytest.raises(pickle.UnpicklingError, match='foreign.pth was refused.*argparse.Namespace'):
        load_from_local(str(path))


class _Attribute:
    """Pickles as a call of getattr, as a forged file would."""

    def __init__(self, owner, name):
        self.call = owner, name

    def __reduce__(self):
        return getattr, self.call


@pytest.mark.parametrize(('owner', 'name'), [
    (HistoryBuffer, '__init__'), (HistoryBuffer, '__reduce__'), (torch.Tensor, 'mean')])
def test_getattr_reaches_nothing_but_the_statistics(tmp_path, owner, name):
    path = tmp_path / 'forged.pth'
    torch.save(dict(state_dict=_Attribute(owner, name)), path)
    with pytest.raises(pickle.UnpicklingError, match='forged.pth was refused'):
        load_from_local(str(path))


def test_missing_and_truncated_files_are_named(checkpoint, tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere.pth does not exist'):
        load_from_local(str(tmp_path / 'nowhere.pth'))
    checkpoint.write_bytes(checkpoint.read_bytes()[:600])
    with pytest.raises(RuntimeError, match='epoch_1.pth is damaged'):
        load_from_local(str(checkpoint))
