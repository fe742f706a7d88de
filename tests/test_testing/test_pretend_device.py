"""The device without hardware: same numbers, no mixing, and who waits.

Each in a process of its own, since autograd must not have run before.
"""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.testing.dist import run_distributed
from mmcrossdistill.testing.pretend_device import PretendDevice


def _train(rank: int, world_size: int) -> dict:
    """Train two copies of a network, one of them on the device."""
    device = PretendDevice()
    found = {}
    for name in ('cpu', device.name):
        torch.manual_seed(0)
        model = torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(),
            torch.nn.Linear(36, 2))
        x = torch.randn(6, 3, 5, 5)
        with device:
            if name == device.name:
                model, x = device.place(model), x.to(name)
            optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
            for _ in range(2):
                optimizer.zero_grad()
                loss = model(x).square().mean()
                loss.backward()
                optimizer.step()
            found[name] = dict(
                loss=loss, devices={str(tensor.device) for tensor in model.state_dict().values()},
                state={key: value.cpu() for key, value in model.state_dict().items()})
    return found


def test_training_gives_the_numbers_of_the_cpu() -> None:
    found, = run_distributed(_train, 1)
    here, there = found['cpu'], found['pretend']
    assert there['devices'] == {'pretend:0'} and here['devices'] == {'cpu'}
    assert here['loss'] == there['loss']
    torch.testing.assert_close(there['state'], here['state'], rtol=0, atol=0)


def _mix(rank: int, world_size: int) -> dict[str, str]:
    """Try operators with tensors of two devices."""
    with PretendDevice() as device:
        here, there = torch.ones(3), torch.ones(3, device=device.name)
        number, index = torch.tensor(2.0), torch.tensor([0, 2])
        attempts = dict(
            add=lambda: there + here, cat=lambda: torch.cat([here, there]),
            matmul=lambda: here @ there, rows=lambda: here[index.to(device.name)],
            number=lambda: there * number, index=lambda: there[index],
            copy=lambda: here.copy_(there), numpy=lambda: there.numpy(),
            upload=lambda: torch.tensor([1, 2], device=there.device))
        results = {}
        for name, attempt in attempts.items():
            try:
                results[name] = str(attempt().device)
            except (RuntimeError, TypeError) as error:
                results[name] = str(error)
    return results


def test_tensors_of_two_devices_do_not_meet() -> None:
    results, = run_distributed(_mix, 1)
    for name in ('add', 'cat', 'matmul'):
        assert 'tensors of two devices; of the CPU: [(3,)]' in results[name]
    assert 'tensors of two devices' in results['rows']
    assert results['number'] == results['index'] == results['upload'] == 'pretend:0'
    assert results['copy'] == 'cpu'
    assert results['numpy'] not in ('cpu', 'pretend:0')


def _wait(rank: int, world_size: int) -> dict[str, list[str]]:
    """Note what waits."""
    with PretendDevice() as device:
        x = torch.arange(6.0, device=device.name).view(3, 2)
        mask, rows = x > 2, torch.tensor([0, 2], device=device.name)
        calls = dict(
            item=lambda: x.sum().item(), branch=lambda: bool(mask.any()), tolist=x.tolist,
            cpu=x.cpu, upload=lambda: torch.tensor([1.0], device=device.name),
            nonzero=mask.nonzero, mask=lambda: x[mask], unique=x.unique,
            bincount=lambda: torch.bincount(rows), mask_write=lambda: x.index_put_(
                (mask,), torch.arange(3.0, device=device.name)),
            host_index=lambda: x[torch.tensor([0])],
            repeat=lambda: rows.repeat_interleave(rows),
            # These do not.
            fill=lambda: x.__setitem__(mask, 0.0), where=lambda: torch.where(mask, x, 0),
            rows=lambda: x[rows], sized_repeat=lambda: rows.repeat_interleave(rows, output_size=2),
            arithmetic=lambda: (x @ x.T).softmax(1) + 1, zeros=lambda: x.new_zeros(3))
        found = {}
        for name, call in calls.items():
            device.waits.clear()
            call()
            found[name] = list(device.waits)
    return found


def test_what_waits_is_noted_with_its_line() -> None:
    found, = run_distributed(_wait, 1)
    silent = {name for name, waits in found.items() if not waits}
    assert silent == {'fill', 'where', 'rows', 'sized_repeat', 'arithmetic', 'zeros'}
    operator, line = found['item'][0].split(' ')
    assert operator == '_local_scalar_dense' and line.startswith(f'{__file__}:')


def _late(rank: int, world_size: int) -> str:
    """Make the device after a backward pass."""
    torch.ones(1, requires_grad=True).sum().backward()
    with pytest.raises(RuntimeError) as error:
        PretendDevice()
    return str(error.value)


def test_made_too_late_it_says_so() -> None:
    message, = run_distributed(_late, 1)
    assert message.startswith('make the PretendDevice before the first backward pass')
