"""Converted weights compute what a naive network with MinkowskiEngine's conventions computes."""
from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.backbones import SparseUNet, WaffleIron
from mmcrossdistill.publishing.convert_3d import to_ours, to_published
from mmcrossdistill.structures import VoxelBatch

Rows = dict[tuple[int, ...], Tensor]
STEM, PLANES = 8, (8, 8, 16, 16, 16, 8, 8, 8)  # of the preset 'test_tiny'


def published_shapes(out_channels: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the published layout, written down from its description."""
    shapes = {'conv0p1s1.kernel': (27, 1, STEM), 'final.kernel': (PLANES[-1], out_channels),
              'final.bias': (1, out_channels)}
    norms = {'bn0': STEM}
    widths = [STEM, *PLANES[:4]]
    for level, stride in enumerate((1, 2, 4, 8)):
        shapes[f'conv{level + 1}p{stride}s2.kernel'] = (8, widths[level], widths[level])
        norms[f'bn{level + 1}'] = widths[level]
    width = PLANES[3]
    inputs = widths[:4]
    for number, (stride, skip) in enumerate(((16, 3), (8, 2), (4, 1), (2, 0)), start=4):
        shapes[f'convtr{number}p{stride}s2.kernel'] = (8, width, PLANES[number])
        norms[f'bntr{number}'] = width = PLANES[number]
        inputs.append(width + widths[skip])
    for block, (width_in, width_out) in enumerate(zip(inputs, PLANES, strict=True), start=1):
        shapes[f'block{block}.0.conv1.kernel'] = (27, width_in, width_out)
        shapes[f'block{block}.0.conv2.kernel'] = (27, width_out, width_out)
        norms |= {f'block{block}.0.norm{n}': width_out for n in (1, 2)}
        if width_in != width_out:
            shapes[f'block{block}.0.downsample.0.kernel'] = (width_in, width_out)
            norms[f'block{block}.0.downsample.1'] = width_out
    for name, width in norms.items():
        for part in ('weight', 'bias', 'running_mean', 'running_var'):
            shapes[f'{name}.bn.{part}'] = (width,)
        shapes[f'{name}.bn.num_batches_tracked'] = ()
    return shapes


def random_published(out_channels: int = 5) -> dict[str, Tensor]:
    state = {}
    for name, shape in published_shapes(out_channels).items():
        value = torch.randn(shape)
        if name.endswith('kernel'):
            value *= 1.5 * (value.numel() / value.shape[-1] / (3 if value.ndim == 3 else 1)) ** -0.5
        elif name.endswith('running_var') or name.endswith('bn.weight'):
            value = value.abs() + 0.5
        elif name.endswith('tracked'):
            value = torch.tensor(7)
        state[name] = value
    return state


def offsets(kernel: Tensor) -> list[tuple[int, ...]]:
    """Offsets of the flat kernel index, axis 0 fastest; odd sizes centred, even ones from 0."""
    size = round(len(kernel) ** (1 / 3))
    steps = range(-(size // 2), size // 2 + 1) if size % 2 else range(size)
    return [tuple(reversed(step)) for step in itertools.product(steps, repeat=3)]


class NaiveMinkUNet:
    """Rows by coordinate; a coarse voxel keeps the coordinate of its lower corner."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        self.state = state

    def conv(self, name: str, rows: Rows, stride: int, step: int = 1) -> Rows:
        """Cross-correlation; ``stride`` is that of the input voxels."""
        kernel = self.state[f'{name}.kernel']
        coarse = stride * step
        outputs = {(c[0], *(x // coarse * coarse for x in c[1:])) for c in rows}
        result = {}
        for out in outputs:
            total = torch.zeros(kernel.shape[2])
            for offset, matrix in zip(offsets(kernel), kernel, strict=True):
                near = (out[0], *(x + stride * d for x, d in zip(out[1:], offset, strict=True)))
                if near in rows:
                    total = total + rows[near] @ matrix
            result[out] = total
        return result

    def transposed(self, name: str, rows: Rows, stride: int, finer: Rows) -> Rows:
        """From voxels of ``stride`` back to those of half of it."""
        kernel, result = self.state[f'{name}.kernel'], {}
        for offset, matrix in zip(offsets(kernel), kernel, strict=True):
            for coarse, row in rows.items():
                out = (coarse[0], *(
                    x + stride // 2 * d for x, d in zip(coarse[1:], offset, strict=True)))
                if out in finer:
                    result[out] = result.get(out, 0) + row @ matrix
        return result

    def norm(self, name: str, rows: Rows) -> Rows:
        bn = {part: self.state[f'{name}.bn.{part}'] for part in (
            'weight', 'bias', 'running_mean', 'running_var')}
        return {c: (row - bn['running_mean']) / (bn['running_var'] + 1e-5).sqrt() * bn['weight']
                + bn['bias'] for c, row in rows.items()}

    def block(self, name: str, rows: Rows, stride: int) -> Rows:
        out = relu(self.norm(f'{name}.0.norm1', self.conv(f'{name}.0.conv1', rows, stride)))
        out = self.norm(f'{name}.0.norm2', self.conv(f'{name}.0.conv2', out, stride))
        shortcut = rows
        if f'{name}.0.downsample.0.kernel' in self.state:
            kernel = self.state[f'{name}.0.downsample.0.kernel']
            shortcut = self.norm(
                f'{name}.0.downsample.1', {c: row @ kernel for c, row in rows.items()})
        return relu({c: row + shortcut[c] for c, row in out.items()})

    def __call__(self, rows: Rows) -> Rows:
        x = relu(self.norm('bn0', self.conv('conv0p1s1', rows, 1)))
        skips = []
        for level, stride in enumerate((1, 2, 4, 8), start=1):
            skips.append(x)
            x = relu(self.norm(f'bn{level}', self.conv(f'conv{level}p{stride}s2', x, stride, 2)))
            x = self.block(f'block{level}', x, 2 * stride)
        for number, stride in enumerate((16, 8, 4, 2), start=4):
            skip = skips.pop()
            x = relu(self.norm(f'bntr{number}', self.transposed(
                f'convtr{number}p{stride}s2', x, stride, skip)))
            x = self.block(f'block{number + 1}', {
                c: torch.cat([row, skip[c]]) for c, row in x.items()}, stride // 2)
        return {c: row @ self.state['final.kernel'] + self.state['final.bias'][0]
                for c, row in x.items()}


def relu(rows: Rows) -> Rows:
    return {c: row.relu() for c, row in rows.items()}


def save(path: Path, state: dict[str, Tensor]) -> Path:
    torch.save(dict(model_points=state, epoch=50, config=dict(
        voxel_size=0.1, cylindrical_coordinates=True)), path)
    return path


def test_minkunet_computes_the_same(tmp_path: Path) -> None:
    state = random_published()
    to_ours('minkunet', save(tmp_path / 'theirs.pt', state), tmp_path / 'ours.pth', 'test_tiny')
    ours = torch.load(tmp_path / 'ours.pth', weights_only=True)
    assert ours['meta']['voxel_grid']['voxel_size'] == [0.1, 1.0, 0.1]
    assert ours['meta']['voxel_grid']['coords'] == 'cylindrical'
    coords = torch.randint(-9, 9, (150, 3)).unique(dim=0)
    coords = torch.cat([torch.randint(2, (len(coords), 1)), coords], dim=1).unique(dim=0)
    feats = torch.randn(len(coords), 1)
    expected = NaiveMinkUNet(state)(dict(zip(map(tuple, coords.tolist()), feats, strict=True)))
    model = SparseUNet(preset='test_tiny', init_cfg=dict(
        type='Pretrained', checkpoint=str(tmp_path / 'ours.pth'), prefix='backbone_3d.')).eval()
    model.init_weights()
    linear = nn.Linear(8, 5)
    linear.load_state_dict({name.removeprefix('projector_3d.linear.'): value for name, value
                            in ours['state_dict'].items() if name.startswith('projector_3d.')})
    with torch.no_grad():
        result = linear(model(VoxelBatch(coords, feats, 2, torch.empty(0))))
    wanted = torch.stack([expected[tuple(row)] for row in coords.tolist()])
    assert wanted.std() > 0.3 and F.cosine_similarity(wanted[:1], wanted[1:]).min() < 0.95
    torch.testing.assert_close(result, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('second_head', [False, True])
def test_minkunet_there_and_back(tmp_path: Path, second_head: bool) -> None:
    state = random_published(17)
    if second_head:  # OLIVINE
        state |= {'final_class_level.kernel': torch.randn(8, 3),
                  'final_class_level.bias': torch.randn(1, 3)}
    to_ours('minkunet', save(tmp_path / 'theirs.pt', state), tmp_path / 'ours.pth', 'test_tiny')
    to_published('minkunet', tmp_path / 'ours.pth', tmp_path / 'again.pt', 'test_tiny')
    again = torch.load(tmp_path / 'again.pt', weights_only=True)
    assert again['config'] == dict(voxel_size=0.1, cylindrical_coordinates=True)
    assert again['model_points'].keys() == state.keys()
    for name, value in again['model_points'].items():
        assert torch.equal(value, state[name]), name


def test_lightning_files_and_given_voxels(tmp_path: Path) -> None:
    state = {f'model_points.{name}': value for name, value in random_published().items()}
    torch.save(dict(state_dict=state | {'model_images.encoder.x': torch.ones(1)}),
               tmp_path / 'theirs.ckpt')
    with pytest.raises(ValueError, match='--voxelizer voxel_size'):
        to_ours('minkunet', tmp_path / 'theirs.ckpt', tmp_path / 'ours.pth', 'test_tiny')
    to_ours('minkunet', tmp_path / 'theirs.ckpt', tmp_path / 'ours.pth', 'test_tiny',
            dict(voxel_size=0.05))
    ours = torch.load(tmp_path / 'ours.pth', weights_only=True)
    assert ours['meta']['voxel_grid']['voxel_size'] == [0.05, 0.05, 0.05]


def test_missing_and_unknown_weights_are_listed(tmp_path: Path) -> None:
    state = random_published()
    del state['block3.0.conv2.kernel'], state['final.bias']
    state['block9.0.conv1.kernel'] = torch.ones(1)
    with pytest.raises(ValueError, match=(
            r"missing \['block3.0.conv2.kernel', 'final.bias'\], unknown "
            r"\['block9.0.conv1.kernel'\]")):
        to_ours('minkunet', save(tmp_path / 'theirs.pt', state), tmp_path / 'o.pth', 'test_tiny')
    with pytest.raises(ValueError, match='minkunet34c'):
        to_ours('minkunet', tmp_path / 'theirs.pt', tmp_path / 'o.pth', 'giant')
    assert not (tmp_path / 'o.pth').exists()


@pytest.mark.parametrize('with_norm', [False, True])
def test_waffleiron_there_and_back(tmp_path: Path, with_norm: bool) -> None:
    state = WaffleIron('test_tiny').state_dict()
    last = 'classif.1' if with_norm else 'classif'
    state |= {f'{last}.weight': torch.randn(7, 16, 1), f'{last}.bias': torch.randn(7)}
    if with_norm:
        state |= {f'classif.0.{name}': value for name, value in
                  nn.BatchNorm1d(16).state_dict().items()}
    key = 'net' if with_norm else 'model_point'
    torch.save({key: {f'module.{name}': value for name, value in state.items()}},
               tmp_path / 'theirs.pt')
    to_ours('waffleiron', tmp_path / 'theirs.pt', tmp_path / 'ours.pth', 'test_tiny')
    ours = torch.load(tmp_path / 'ours.pth', weights_only=True)['state_dict']
    head = 'head.linear' if with_norm else 'projector_3d.linear'
    assert torch.equal(ours[f'{head}.weight'], state[f'{last}.weight'][..., 0])
    model = WaffleIron('test_tiny')
    model.load_state_dict({name.removeprefix('backbone_3d.'): value for name, value in ours.items()
                           if name.startswith('backbone_3d.')})
    to_published('waffleiron', tmp_path / 'ours.pth', tmp_path / 'again.pt', 'test_tiny')
    again = torch.load(tmp_path / 'again.pt', weights_only=True)[key]
    assert again.keys() == state.keys()
    assert all(torch.equal(value, state[name]) for name, value in again.items())
