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

from mmcrossdistill.models.backbones import Cylinder3D, VoxelNet
from mmcrossdistill.models.backbones.weights import (
    load_exactly,
    load_pretrained,
    read_state_dict,
)


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


class Encoder(nn.Sequential):
    """Two layers, of which the last is for pre-training alone."""

    pretraining_parts = ('head.',)

    def __init__(self, path: Path, width: int = 3, with_head: bool = False) -> None:
        super().__init__()
        self.add_module('body', nn.Linear(2, width))
        if with_head:
            self.add_module('head', nn.Linear(width, 4, bias=False))
        self.init_cfg = dict(type='Pretrained', checkpoint=str(path), prefix='backbone_3d.')


def save(path: Path, encoder: nn.Module, **meta: object) -> Path:
    torch.save(dict(meta=meta, state_dict={
        f'backbone_3d.{name}': value for name, value in encoder.state_dict().items()}
        | {'projector_3d.weight': torch.ones(1)}), path)
    return path


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr('mmcrossdistill.models.backbones.weights.print_log',
                        lambda line, logger: lines.append(line))
    return lines


def test_a_pretraining_head_is_left_out_and_the_log_says_so(
        tmp_path: Path, logged: list[str]) -> None:
    source = Encoder(tmp_path / 'x.pth', with_head=True)
    target = Encoder(save(tmp_path / 'x.pth', source))
    load_pretrained(target)
    assert target.body.weight.equal(source.body.weight)
    assert logged == [
        f"Encoder: loaded 2 of 3 tensors of {tmp_path / 'x.pth'} (prefix 'backbone_3d.'), "
        '100.0% of its 9 parameters; left out: head.weight']


def test_a_head_that_the_file_lacks_is_missed(tmp_path: Path) -> None:
    path = save(tmp_path / 'x.pth', Encoder(tmp_path / 'x.pth'))
    with pytest.raises(ValueError, match=r"missing keys \['head.weight'\]"):
        load_pretrained(Encoder(path, with_head=True))


def test_nothing_below_the_prefix(tmp_path: Path) -> None:
    path = save(tmp_path / 'x.pth', Encoder(tmp_path / 'x.pth'))
    target = Encoder(path)
    target.init_cfg['prefix'] = 'backbone.'
    with pytest.raises(ValueError, match=r"x.pth .*holds nothing for Encoder.*'backbone_3d.', "
                                         r"'projector_3d.'.*init_cfg.prefix"):
        load_pretrained(target)


def test_another_width(tmp_path: Path) -> None:
    path = save(tmp_path / 'x.pth', Encoder(tmp_path / 'x.pth', width=5))
    with pytest.raises(ValueError, match=r'wrong shapes.*body.weight \(5, 2\) instead of \(3, 2\)'):
        load_pretrained(Encoder(path))


@pytest.mark.parametrize('make', [
    lambda width: VoxelNet(width, widths=(4, 4, 4, 4), last_width=4),
    lambda width: Cylinder3D(width, preset='test_tiny'),
])
def test_backbones_leave_their_projection_out(tmp_path: Path, make, logged: list[str]) -> None:
    source, target = make(5), make(None)
    path = save(tmp_path / 'x.pth', source, intensity=dict(mean=1.0, std=2.0))
    target.init_cfg = dict(type='Pretrained', checkpoint=str(path), prefix='backbone_3d.')
    load_pretrained(target)
    own = source.state_dict()
    assert all(value.equal(own[name]) for name, value in target.state_dict().items())
    assert logged[0].count('final.') == len(own) - len(target.state_dict())
    assert target.trained_intensity == (dict(mean=1.0, std=2.0), str(path))
