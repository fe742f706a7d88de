"""A linear regression that trains in milliseconds, for tests of the tools."""
from __future__ import annotations

import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from torch.utils.data import Dataset

from mmcrossdistill.registry import DATASETS, METRICS, MODELS


@DATASETS.register_module()
class ToyLine(Dataset):
    """Points of a line, y = 2 x + 1."""

    metainfo = dict(classes=('line',))

    def __init__(self, length: int = 8) -> None:
        self.xs = torch.linspace(-1, 1, length)

    def __len__(self) -> int:
        """Number of points."""
        return len(self.xs)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        """One point."""
        return dict(x=self.xs[index], y=2 * self.xs[index] + 1)


@MODELS.register_module()
class ToyModel(BaseModel):
    """One linear layer."""

    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(1, 1, bias=bias)

    def forward(
        self, x: list[torch.Tensor], y: list[torch.Tensor], mode: str = 'tensor',
    ) -> dict[str, torch.Tensor] | list[torch.Tensor]:
        """Squared error, or the residuals."""
        residual = self.linear(torch.stack(x)[:, None])[:, 0] - torch.stack(y)
        return dict(loss=residual.square().mean()) if mode == 'loss' else list(residual)


@METRICS.register_module()
class ToyError(BaseMetric):
    """Mean absolute error."""

    def process(self, data_batch: dict, data_samples: list[torch.Tensor]) -> None:
        """Keep the residuals."""
        self.results += [float(sample.abs()) for sample in data_samples]

    def compute_metrics(self, results: list[float]) -> dict[str, float]:
        """Average them."""
        return dict(error=sum(results) / len(results))
