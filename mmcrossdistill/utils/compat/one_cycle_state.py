"""Let training with a one-cycle learning rate be resumed.

Reason: MMEngine's OneCycleParamScheduler keeps the function between its learning rates among its
attributes, and its state_dict takes all attributes; a checkpoint with a function in it cannot be
loaded with ``weights_only``. The function follows from the config, so nothing is lost without it.
Goes when: the state holds values alone (not in MMEngine 0.10.7).
"""
from __future__ import annotations

from typing import Any


def keep_functions_out_of_state() -> None:
    """Wrap the scheduler's ``state_dict``; called once, after its module is imported."""
    from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
    take_all = OneCycleParamScheduler.state_dict

    def state_dict(self: OneCycleParamScheduler) -> dict[str, Any]:
        return {name: value for name, value in take_all(self).items() if not callable(value)}

    OneCycleParamScheduler.state_dict = state_dict
