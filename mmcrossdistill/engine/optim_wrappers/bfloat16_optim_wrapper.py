"""Mixed precision that needs no loss scaling, on any device."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.optim import OptimWrapper
from torch import nn

from mmcrossdistill.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class BFloat16OptimWrapper(OptimWrapper):
    """Trains under ``torch.autocast`` in bfloat16, with parameters and updates in float32.

    MMEngine's ``AmpOptimWrapper`` refuses the CPU, because it always makes a CUDA loss scaler.
    bfloat16 has the exponents of float32, so its gradients need none.

    Args:
        kwargs: of :class:`mmengine.optim.OptimWrapper`.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Run the forward pass in mixed precision.

        Args:
            model: that is trained; the device of its parameters is the one of the autocast.

        Yields:
            Nothing.
        """
        device = next(model.parameters()).device.type
        with super().optim_context(model), torch.autocast(device, torch.bfloat16):
            yield
