"""One-to-one assignment of predictions to targets."""
from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

# Stands for costs that are not finite, so that the assignment exists.
_WORST = 100.0


def match_sets(costs: Tensor, counts: list[int]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Match each target to another query so that the summed cost is least.

    All costs go to the host at once: the only point at which training waits for the device.

    Args:
        costs ((L, B, Q, N) float): of query and target, per decoder layer and sample; targets
            beyond ``counts`` are padding.
        counts: targets of each sample.

    Returns:
        Rows of layer, sample, query and target, each (M,) int64 on the device of ``costs``.
    """
    host = torch.nan_to_num(
        costs.detach().float(), nan=_WORST, posinf=_WORST, neginf=-_WORST).cpu().numpy()
    found = [
        np.stack([np.full(len(query), layer), np.full(len(query), sample), query, target])
        for layer, samples in enumerate(host) for sample, count in enumerate(counts)
        for query, target in [linear_sum_assignment(samples[sample, :, :count])]]
    rows = torch.from_numpy(np.concatenate(found, axis=1).astype(np.int64))
    return tuple(rows.to(costs.device, non_blocking=True))
