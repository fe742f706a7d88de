"""Batch norm over rows, synchronised between processes."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.dist import get_world_size
from torch import Tensor, nn

from .rank_sum import sum_over_ranks


class RowBatchNorm(nn.BatchNorm1d):
    """Batch norm over the rows of all clouds of all ranks.

    In training under torch.distributed the statistics are those of the global batch, forward and
    backward, on CPU (gloo) as on CUDA (nccl); torch's own SyncBatchNorm refuses CPU tensors and a
    rank without rows. ScaLR and WaffleIron train with synchronised statistics as well.
    Fewer than two rows have no variance: then the running statistics normalise, so that a batch
    whose clouds are all empty does not stop training.
    """

    def forward(self, rows: Tensor) -> Tensor:
        """Normalise.

        Args:
            rows ((N, C) float): features.

        Returns:
            (N, C) float: features.
        """
        if self.training and get_world_size() > 1:
            return self._synchronised(rows)
        if rows.shape[0] < 2:
            return F.batch_norm(
                rows, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0,
                self.eps)
        return super().forward(rows)

    def _synchronised(self, rows: Tensor) -> Tensor:
        """Normalise with the statistics of all ranks; every rank takes part, also without rows."""
        with torch.autocast(rows.device.type, enabled=False):
            values = rows.float()
            own = torch.cat([values.sum(0), values.new_full((1,), values.shape[0])])
            total = sum_over_ranks(own)
            count = total[-1].detach()
            mean = total[:-1] / count.clamp_min(1)
            centred = values - mean
            variance = sum_over_ranks(centred.square().sum(0)) / count.clamp_min(1)
            enough = count >= 2
            self._update_running(mean, variance, count, enough)
            mean = torch.where(enough, mean, self.running_mean)
            variance = torch.where(enough, variance, self.running_var)
            scale = self.weight * torch.rsqrt(variance + self.eps)
            return ((values - mean) * scale + self.bias).to(rows.dtype)

    @torch.no_grad()
    def _update_running(self, mean: Tensor, variance: Tensor, count: Tensor,
                        enough: Tensor) -> None:
        """Move the running statistics, as torch does with the unbiased variance."""
        step = self.momentum * enough
        unbiased = variance * count / (count - 1).clamp_min(1)
        self.running_mean.lerp_(mean, step)
        self.running_var.lerp_(unbiased, step)
        self.num_batches_tracked += enough
