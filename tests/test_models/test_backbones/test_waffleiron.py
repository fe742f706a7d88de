"""WaffleIron against a plain re-statement with padded clouds and loops over points."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.backbones import WaffleIron
from mmcrossdistill.structures.point_batch import PointBatch

AXES = ((0, 1), (0, 2), (1, 2))


def make_cloud(num_points: int, seed: int, neighbors: int = 4) -> PointBatch:
    """A random cloud whose points share cells, with exact nearest neighbours."""
    generator = torch.Generator().manual_seed(seed)
    coords = torch.randn(num_points, 3, generator=generator) * torch.tensor([12.0, 12.0, 1.5])
    coords = coords.clamp(-3.9, 11.9)
    near = torch.cdist(coords, coords).fill_diagonal_(torch.inf)
    near = near.topk(min(neighbors, num_points), largest=False).indices
    intensity = torch.rand(num_points, 1, generator=generator)
    feats = torch.cat([intensity, coords, coords.norm(dim=1, keepdim=True)], dim=1)
    return PointBatch(coords, feats, torch.zeros(num_points, dtype=torch.int64), near, 1)


def join(clouds: list[PointBatch | None]) -> PointBatch:
    """Concatenate clouds; ``None`` is an empty one."""
    parts, start = [], 0
    for index, cloud in enumerate(clouds):
        if cloud is not None:
            parts.append((
                cloud.coords, cloud.feats, cloud.batch_idx + index, cloud.neighbors + start))
            start += len(cloud)
    return PointBatch(*(torch.cat(part) for part in zip(*parts, strict=True)), len(clouds))


def reference_norm(state: dict[str, Tensor], name: str, maps: Tensor) -> Tensor:
    """Normalise (B, C, ...): batch norm if there are running statistics, else layer norm."""
    weight, bias = state[f'{name}.weight'], state[f'{name}.bias']
    if f'{name}.running_mean' in state:
        return F.batch_norm(
            maps, state[f'{name}.running_mean'], state[f'{name}.running_var'], weight, bias)
    return F.layer_norm(maps.transpose(1, -1), maps.shape[1:2], weight, bias).transpose(1, -1)


def reference(model: WaffleIron, clouds: list[PointBatch]) -> list[list[Tensor]]:
    """Tokens after the embedding and after each pair of blocks, per cloud: B x C x N, padded."""
    state = model.state_dict()
    longest = max(len(cloud) for cloud in clouds)
    feats = torch.zeros(len(clouds), 5, longest)
    near = torch.full((len(clouds), longest, model.num_neighbors), longest - 1)
    for index, cloud in enumerate(clouds):
        feats[index, :, :len(cloud)] = cloud.feats.T
        near[index, :len(cloud)] = cloud.neighbors[:, :model.num_neighbors]
    feats = reference_norm(state, 'embed.norm', feats)
    gathered = torch.stack([feats[b][:, near[b]] for b in range(len(clouds))])
    around = reference_norm(state, 'embed.conv2.0', gathered - feats.unsqueeze(-1))
    around = F.conv2d(around, state['embed.conv2.1.weight'])
    around = F.relu(reference_norm(state, 'embed.conv2.2', around))
    around = F.conv2d(around, state['embed.conv2.4.weight']).max(-1).values
    centre = F.conv1d(feats, state['embed.conv1.weight'], state['embed.conv1.bias'])
    tokens = F.conv1d(
        torch.cat([centre, around], 1), state['embed.final.weight'], state['embed.final.bias'])
    history = [tokens]
    channels = tokens.shape[1]
    for depth in range(model.depth):
        name = f'waffleiron.spatial_mix.{depth}'
        height, width = model.grids[depth % 3]
        normed = reference_norm(state, f'{name}.norm', tokens)
        grid = torch.zeros(len(clouds), channels, height, width)
        where = []
        for b, cloud in enumerate(clouds):
            found = []
            for point in range(len(cloud)):
                cell = []
                for axis, cells in zip(AXES[depth % 3], (height, width), strict=True):
                    low, high = model.point_range[axis], model.point_range[axis + 3]
                    cell.append(int((cloud.coords[point, axis] - low) / ((high - low) / cells)))
                found.append(tuple(cell))
            for cell in set(found):
                members = [point for point, other in enumerate(found) if other == cell]
                grid[b, :, cell[0], cell[1]] = (
                    normed[b, :, members].sum(1) / (len(members) + 1e-6))
            where.append(found)
        for layer in ('ffn.0', 'ffn.2'):
            grid = F.conv2d(
                grid, state[f'{name}.{layer}.weight'], state[f'{name}.{layer}.bias'], padding=1,
                groups=channels)
            grid = F.relu(grid) if layer == 'ffn.0' else grid
        grid = grid * state[f'{name}.scale.weight'].view(1, -1, 1, 1)
        tokens = tokens.clone()
        for b, found in enumerate(where):
            for point, (row, column) in enumerate(found):
                tokens[b, :, point] += grid[b, :, row, column]
        name = f'waffleiron.channel_mix.{depth}'
        mixed = reference_norm(state, f'{name}.norm', tokens)
        mixed = F.relu(F.conv1d(
            mixed, state[f'{name}.mlp.0.weight'], state[f'{name}.mlp.0.bias']))
        mixed = F.conv1d(mixed, state[f'{name}.mlp.2.weight'], state[f'{name}.mlp.2.bias'])
        tokens = tokens + F.conv1d(mixed, state[f'{name}.scale.weight'], groups=channels)
        history.append(tokens)
    return [[step[b, :, :len(cloud)].T for step in history] for b, cloud in enumerate(clouds)]


def make_model(**options: object) -> WaffleIron:
    """A tiny network in evaluation mode with running statistics that are not the default."""
    model = WaffleIron('test_tiny', **options).eval()
    for name, buffer in model.named_buffers():
        if name.endswith('running_mean'):
            buffer.normal_(0, 0.2)
        elif name.endswith('running_var'):
            buffer.uniform_(0.5, 2.0)
    return model


@pytest.mark.parametrize('norm', ['layer', 'batch'])
@pytest.mark.parametrize('convolution', ['dense', 'sparse'])
@torch.no_grad()
def test_equals_the_plain_restatement_layer_by_layer(norm: str, convolution: str) -> None:
    model = make_model(norm=norm, depth=4, convolution=convolution)
    clouds = [make_cloud(60, 0), make_cloud(37, 1)]
    steps = []
    hooks = [model.embed.register_forward_hook(lambda *call: steps.append(call[2]))]
    hooks += [
        mix.register_forward_hook(lambda *call: steps.append(call[2]))
        for mix in model.waffleiron.channel_mix]
    out = model(join(clouds))
    expected = reference(model, clouds)
    assert len(steps) == 5 and out.equal(steps[-1])
    for index, step in enumerate(steps):
        torch.testing.assert_close(
            step, torch.cat([cloud[index] for cloud in expected]), rtol=1e-5, atol=1e-5)
    for hook in hooks:
        hook.remove()


@torch.no_grad()
def test_a_batch_equals_its_samples_also_around_an_empty_cloud() -> None:
    model = make_model()
    clouds = [make_cloud(50, 0), None, make_cloud(33, 1)]
    alone = torch.cat([model(cloud) for cloud in clouds if cloud is not None])
    torch.testing.assert_close(model(join(clouds)), alone)


@torch.no_grad()
def test_permuting_points_permutes_features() -> None:
    model, cloud = make_model(), make_cloud(80, 2)
    order = torch.randperm(80)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(80)
    shuffled = PointBatch(
        cloud.coords[order], cloud.feats[order], cloud.batch_idx, rank[cloud.neighbors[order]], 1)
    torch.testing.assert_close(model(shuffled), model(cloud)[order], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('norm', ['layer', 'batch'])
def test_every_parameter_gets_a_finite_gradient(norm: str) -> None:
    model = WaffleIron('test_tiny', norm=norm, drop_path=0.1)
    model(join([make_cloud(50, 0), make_cloud(40, 1)])).square().mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), name
        # A bias or factor before a batch norm, or behind a ReLU that is off, may get none.
        assert norm == 'batch' or parameter.grad.abs().sum() > 0, name


def test_among_equal_neighbours_the_gradient_goes_to_one() -> None:
    model, cloud = make_model(), make_cloud(30, 0)
    seen = []

    def keep(module: torch.nn.Module, inputs: tuple, output: Tensor) -> None:
        if output.requires_grad:
            output.retain_grad()
            seen.append(output)

    model.embed.conv2.register_forward_hook(keep)
    cloud.neighbors[:, 1:] = cloud.neighbors[:, :1]
    embedded = model.embed(cloud.feats, cloud.neighbors)
    with torch.no_grad():
        torch.testing.assert_close(model.embed(cloud.feats, cloud.neighbors), embedded)
    embedded.sum().backward()
    received = seen[0].grad.unflatten(0, cloud.neighbors.shape).count_nonzero(dim=1)
    assert received.eq(1).all()


def test_a_batch_of_empty_clouds_trains() -> None:
    model = WaffleIron('test_tiny')
    empty = PointBatch(
        torch.empty(0, 3), torch.empty(0, 5), torch.empty(0, dtype=torch.int64),
        torch.empty(0, 4, dtype=torch.int64), 2)
    out = model(empty)
    out.sum().backward()
    assert out.shape == (0, 16)
    assert all(parameter.grad.eq(0).all() for parameter in model.parameters())


def test_checkpointing_changes_no_gradient() -> None:
    plain = WaffleIron('test_tiny')
    saving = WaffleIron('test_tiny', gradient_checkpointing=True)
    saving.load_state_dict(plain.state_dict())
    grads = []
    for model in (plain, saving):
        model(make_cloud(50, 0)).square().sum().backward()
        grads.append([parameter.grad for parameter in model.parameters()])
    torch.testing.assert_close(grads[0], grads[1])


@torch.no_grad()
def test_points_outside_the_range_count_for_border_cells() -> None:
    model, cloud = make_model(), make_cloud(40, 0)
    cloud.coords[:3] = torch.tensor([[500.0, 0, 0], [0, -500.0, 0], [0, 0, 500.0]])
    assert model(cloud).isfinite().all()


@torch.no_grad()
def test_half_precision_stays_close() -> None:
    model, cloud = make_model(), make_cloud(80, 0)
    exact = model(cloud)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        rough = model(cloud)
    assert F.cosine_similarity(rough.float(), exact).min() > 0.99


def expected_shapes(channels: int, depth: int, norm: str) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the published checkpoints, without classifier."""
    def batch_norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
        shapes = {f'{name}.{part}': (width,)
                  for part in ('weight', 'bias', 'running_mean', 'running_var')}
        return shapes | {f'{name}.num_batches_tracked': ()}

    c = channels
    shapes = batch_norm('embed.norm', 5) | batch_norm('embed.conv2.0', 5)
    shapes |= batch_norm('embed.conv2.2', c)
    shapes |= {
        'embed.conv1.weight': (c, 5, 1), 'embed.conv1.bias': (c,),
        'embed.conv2.1.weight': (c, 5, 1, 1), 'embed.conv2.4.weight': (c, c, 1, 1),
        'embed.final.weight': (c, 2 * c, 1), 'embed.final.bias': (c,)}
    for d in range(depth):
        for mix, layer, shape in (
                ('channel_mix', 'mlp', (c, c, 1)), ('spatial_mix', 'ffn', (c, 1, 3, 3))):
            name = f'waffleiron.{mix}.{d}'
            shapes[f'{name}.scale.weight'] = (c, 1, 1)
            for index in (0, 2):
                shapes[f'{name}.{layer}.{index}.weight'] = shape
                shapes[f'{name}.{layer}.{index}.bias'] = (c,)
            if norm == 'batch':
                shapes |= batch_norm(f'{name}.norm', c)
            else:
                shapes |= {f'{name}.norm.weight': (c,), f'{name}.norm.bias': (c,)}
    return shapes


@pytest.mark.parametrize('norm', ['layer', 'batch'])
def test_names_and_shapes_are_the_published_ones(norm: str) -> None:
    state = WaffleIron('test_tiny', norm=norm).state_dict()
    found = {name: tuple(value.shape) for name, value in state.items()}
    assert found == expected_shapes(16, 3, norm)


@pytest.mark.parametrize(('arch', 'classes', 'millions'), [
    ('48_256', 19, 6.84), ('48_384', 16, 15.13), ('48_768', 0, 59.44), ('48_768', 1024, 60.22)])
def test_published_sizes(arch: str, classes: int, millions: float) -> None:
    with torch.device('meta'):
        model = WaffleIron(arch)
    head = classes * (model.embed_dims + 1)
    count = sum(parameter.numel() for parameter in model.parameters()) + head
    assert round(count / 1e6, 2) == millions


# ScaLR's pre-training (two versions) and fine-tuning, WaffleIron, and our own stage 1.
@pytest.mark.parametrize(('key', 'prefix', 'head', 'norm'), [
    ('model_point', 'module.', ('classif.weight', 'classif.bias'), 'layer'),
    ('model_points', '', ('classif.0.weight', 'classif.2.weight'), 'layer'),
    ('net', 'module.', ('classif.0.running_mean', 'classif.1.weight'), 'layer'),
    ('net', 'module.', ('classif.weight', 'classif.bias'), 'batch'),
    ('state_dict', 'backbone_3d.', (), 'layer'),
])
def test_checkpoint_loads_without_its_head(
    tmp_path: Path, key: str, prefix: str, head: tuple[str, ...], norm: str
) -> None:
    source = make_model(norm=norm)
    state = {f'{prefix}{name}': value for name, value in source.state_dict().items()}
    state |= {f'{prefix}{name}': torch.zeros(19, 16, 1) for name in head}
    torch.save({key: state, 'optim': {}, 'epoch': 3}, tmp_path / 'official.pth')
    loaded = WaffleIron('test_tiny', norm=norm, checkpoint=str(tmp_path / 'official.pth')).eval()
    loaded.init_weights()
    assert loaded(make_cloud(30, 0)).equal(source(make_cloud(30, 0)))


def test_checkpoint_of_another_size_is_refused(tmp_path: Path) -> None:
    torch.save({'net': WaffleIron('test_tiny', depth=2).state_dict()}, tmp_path / 'short.pth')
    with pytest.raises(ValueError, match=r'missing keys .*channel_mix\.2\.norm'):
        WaffleIron('test_tiny', checkpoint=str(tmp_path / 'short.pth'))


@pytest.mark.parametrize(('options', 'message'), [
    (dict(arch='48_512'), 'unknown WaffleIron arch'),
    (dict(norm='group'), 'norm must be'),
    (dict(convolution='fast'), 'convolution must be'),
    (dict(grids=((8, 8),)), '3 grids'),
    (dict(point_range=(0, 0, 1, 1)), '6 range limits'),
])
def test_wrong_settings_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WaffleIron(**({'arch': 'test_tiny'} | options))


def test_too_few_neighbours_are_refused() -> None:
    cloud = make_cloud(30, 0, neighbors=3)
    with pytest.raises(ValueError, match=r'needs 4 neighbours .* has 3; add FindNeighbors'):
        WaffleIron('test_tiny')(cloud)
