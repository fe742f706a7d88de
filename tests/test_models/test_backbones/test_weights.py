"""Reading checkpoint files."""
from __future__ import annotations

import argparse
import fractions
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from mmcrossdistill.models.backbones.weights import load_exactly, read_state_dict


@pytest.mark.parametrize('wrap', [
    lambda s: s,
    lambda s: {'net': s, 'epoch': 1},
    lambda s: {'student': {'b': torch.zeros(1)}, 'teacher': s, 'args': argparse.Namespace(lr=1.0)},
])
def test_plain_and_wrapped_files(tmp_path: Path, wrap) -> None:
    state = {'module.a.weight': torch.randn(2), 'b': torch.randn(1)}
    torch.save(wrap(state), tmp_path / 'x.pth')
    read = read_state_dict(tmp_path / 'x.pth')
    assert read.keys() == {'a.weight', 'b'} and read['a.weight'].equal(state['module.a.weight'])


def test_safetensors(tmp_path: Path) -> None:
    save_file({'a': torch.ones(2)}, tmp_path / 'x.safetensors')
    assert read_state_dict(tmp_path / 'x.safetensors')['a'].equal(torch.ones(2))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth does not exist; download it'):
        read_state_dict(tmp_path / 'nowhere.pth')


def test_file_without_state_dict_is_refused(tmp_path: Path) -> None:
    torch.save({'optim': {'lr': 1.0}}, tmp_path / 'x.pth')
    with pytest.raises(ValueError, match=r"no state dict.*'net'.*optim"):
        read_state_dict(tmp_path / 'x.pth')


def test_other_objects_are_refused_by_name(tmp_path: Path) -> None:
    torch.save({'net': {'a': torch.ones(1)}, 'x': fractions.Fraction(1)}, tmp_path / 'x.pth')
    with pytest.raises(pickle.UnpicklingError, match=r'x\.pth was refused: .*fractions\.Fraction'):
        read_state_dict(tmp_path / 'x.pth')


def test_old_files_without_batch_counters_load() -> None:
    source, target = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    nn.init.normal_(source.weight)
    state = dict(source.state_dict())
    del state['num_batches_tracked']
    load_exactly(target, state, 'x.pth')
    assert target.weight.equal(source.weight)
