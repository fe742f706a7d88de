"""Lower learning rates for the early blocks of an encoder."""
from __future__ import annotations

import re
from typing import Any

from mmengine.optim import DefaultOptimWrapperConstructor
from torch import nn

from mmcrossdistill.registry import OPTIM_WRAPPER_CONSTRUCTORS

_BLOCK = re.compile(r'\b(?:blocks|channel_mix|spatial_mix)\.(\d+)\.')
_EMBEDDING = re.compile(r'\b(patch_embed|pos_embed|cls_token|reg_token|mask_token|embed)\b')


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class LayerDecayConstructor(DefaultOptimWrapperConstructor):
    """MMEngine's constructor, then learning rates that fall from the last block to the first.

    Of a ViT or WaffleIron with n blocks, block i (from 0) learns at ``layer_decay ** (n - i)``
    times the rate, tokens and embeddings at ``layer_decay ** (n + 1)``, a ViT's patch embedding at
    ``patch_embed_lr_mult`` of that; everything else, heads too, at the full rate. In
    ``paramwise_cfg``, beside MMEngine's keys:

    - ``layer_decay``: factor from block to block, in (0, 1].
    - ``patch_embed_lr_mult``: further factor of the patch embedding; ViTs only.

    Source: DINOv2's training recipe (0.9 and 0.2); ScaLR's fine-tuning (0.99 with all labels, 0.95
    with few), which takes both mixing layers of a WaffleIron block as one; ELECTRA and BEiT before.
    """

    def add_params(self, params: list[dict], module: nn.Module, prefix: str = '',
                   is_dcn_module: Any = None) -> None:
        """Add the parameters of a module.

        Args:
            params: groups so far, changed in place.
            module: whose parameters are added.
            prefix: name of the module in the model; empty for the model itself.
            is_dcn_module: MMEngine's, unused here.

        Raises:
            ValueError: if the model has no block that learns.
        """
        super().add_params(params, module, prefix, is_dcn_module)
        if prefix:
            return
        names = {id(parameter): name for name, parameter in module.named_parameters()
                 if parameter.requires_grad}
        blocks = [int(found[1]) for name in names.values() if (found := _BLOCK.search(name))]
        if not blocks:
            raise ValueError(
                f'LayerDecayConstructor finds no blocks of a ViT or WaffleIron that learn in '
                f'{type(module).__name__}; remove optim_wrapper.constructor')
        for group in params:
            (parameter,) = group['params']
            factor = self._factor(names[id(parameter)], max(blocks) + 1)
            group['lr'] = group.get('lr', self.base_lr) * factor

    def _factor(self, name: str, num_blocks: int) -> float:
        """Factor of one parameter's learning rate.

        Args:
            name: of the parameter.
            num_blocks: n.
        """
        decay = self.paramwise_cfg['layer_decay']
        if found := _BLOCK.search(name):
            return decay ** (num_blocks - int(found[1]))
        if found := _EMBEDDING.search(name):
            extra = self.paramwise_cfg['patch_embed_lr_mult'] if found[1] == 'patch_embed' else 1.0
            return extra * decay ** (num_blocks + 1)
        return 1.0
