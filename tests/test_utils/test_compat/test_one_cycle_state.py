"""A one-cycle learning rate continues from a file that holds values alone."""
from __future__ import annotations

from pathlib import Path

import torch
from mmengine.optim import OneCycleLR


def schedule() -> tuple[torch.optim.SGD, OneCycleLR]:
    """Ten steps up to 0.1 and down again."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    return optimizer, OneCycleLR(optimizer, eta_max=0.1, total_steps=10, by_epoch=False)


def rates(optimizer: torch.optim.SGD, scheduler: OneCycleLR, steps: int) -> list[float]:
    """Learning rates of the next steps."""
    found = []
    for _ in range(steps):
        optimizer.step()
        scheduler.step()
        found.append(optimizer.param_groups[0]['lr'])
    return found


def test_a_resumed_schedule_goes_on(tmp_path: Path) -> None:
    whole = rates(*schedule(), 9)
    assert max(whole) > 5 * min(whole)
    optimizer, scheduler = schedule()
    rates(optimizer, scheduler, 4)
    torch.save((optimizer.state_dict(), scheduler.state_dict()), tmp_path / 'state.pth')
    states = torch.load(tmp_path / 'state.pth', weights_only=True)
    optimizer, scheduler = schedule()
    optimizer.load_state_dict(states[0])
    scheduler.load_state_dict(states[1])
    assert rates(optimizer, scheduler, 5) == whole[4:]
