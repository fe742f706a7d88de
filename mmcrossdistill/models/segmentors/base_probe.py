"""What all probes share: an encoder, frozen or not, a linear head and losses."""
from __future__ import annotations

from typing import Any

from mmengine.model import BaseModel
from torch import Tensor, nn

from mmcrossdistill.models.layers.linear_probe import LinearProbe
from mmcrossdistill.models.run_mode import check_mode
from mmcrossdistill.registry import MODELS


def build_preprocessor(cfg: dict | nn.Module | None, **defaults: Any) -> nn.Module:
    """Build the data preprocessor of a probe.

    Args:
        cfg: config, module, or ``None`` for the default one.
        defaults: arguments that ``cfg`` may override.
    """
    if isinstance(cfg, nn.Module):
        return cfg
    return MODELS.build({'type': 'DistillDataPreprocessor', **defaults, **(cfg or {})})


class BaseProbe(BaseModel):
    """An encoder and a linear head with losses on rows.

    A frozen encoder gets no gradient; it stays in eval mode and keeps its buffers, unless
    ``norm_eval`` says otherwise.

    Args:
        name: attribute of the encoder, 'backbone_2d' or 'backbone_3d': the prefix of its weights
            in every checkpoint of this project.
        backbone: config of the encoder; its ``embed_dims`` is the width of the head.
        out_channels: values per row.
        losses: configs of the losses by name (``loss_*``); called as ``loss(values, target)``.
        norm: norm before the linear layer, 'BN' or ``None``.
        head_init: see :class:`LinearProbe`.
        freeze_backbone: linear probing if true, fine-tuning if false.
        data_preprocessor: the built data preprocessor.
        init_cfg: MMEngine initialisation.
        in_channels: width of the rows that the head reads; the encoder's by default.
        norm_eval: false lets the batch norms of a frozen encoder normalise by the batch and move
            their statistics in training, as SuperFlow's linear probe does.
    """

    def __init__(
        self,
        name: str,
        backbone: dict,
        out_channels: int,
        losses: dict[str, dict],
        norm: str | None,
        head_init: str,
        freeze_backbone: bool,
        data_preprocessor: nn.Module,
        init_cfg: dict | None = None,
        in_channels: int | None = None,
        norm_eval: bool = True,
    ) -> None:
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        encoder = MODELS.build(backbone)
        self.add_module(name, encoder)
        self._encoder_name = name
        self.freeze_backbone = freeze_backbone
        self.norm_eval = norm_eval
        self.head = LinearProbe(
            in_channels or encoder.embed_dims, out_channels, norm, head_init)
        self.losses = nn.ModuleDict({key: MODELS.build(cfg) for key, cfg in losses.items()})
        if freeze_backbone:
            encoder.requires_grad_(False)
        self.train(self.training)

    @property
    def encoder(self) -> nn.Module:
        """The encoder under its general name."""
        return getattr(self, self._encoder_name)

    def train(self, mode: bool = True) -> BaseProbe:
        """Set the mode; a frozen encoder stays in eval mode (see ``norm_eval``).

        Args:
            mode: training or evaluation.
        """
        super().train(mode)
        if self.freeze_backbone and self.norm_eval:
            self.encoder.eval()
        return self

    def compute_losses(self, values: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Apply every loss.

        Args:
            values ((M, K) float): output of the head.
            target ((M,) any): labels or depths.
        """
        return {name: loss(values, target) for name, loss in self.losses.items()}

    def forward(self, inputs: dict[str, Any], data_samples: list, mode: str = 'tensor',
                ) -> dict[str, Tensor] | list | Tensor:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'predict' for the samples with their predictions,
                'tensor' for the rows of the head.

        Raises:
            ValueError: if the mode is unknown.
        """
        check_mode(mode)
        values = self.compute_values(inputs)
        if mode == 'loss':
            return self.compute_losses(values, self.collect_target(inputs, data_samples))
        if mode == 'predict':
            return self.add_predictions(values, inputs, data_samples)
        return values

    def compute_values(self, inputs: dict[str, Any]) -> Tensor:
        """Outputs of the head, one row per target.

        Args:
            inputs: output of the data preprocessor.
        """
        raise NotImplementedError

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> Tensor:
        """Targets in the order of the rows.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
        """
        raise NotImplementedError

    def add_predictions(self, values: Tensor, inputs: dict[str, Any], data_samples: list) -> list:
        """Give each sample the predictions of its own rows.

        Args:
            values ((M, K) float): output of the head.
            inputs: output of the data preprocessor.
            data_samples: one per sample.
        """
        raise NotImplementedError
