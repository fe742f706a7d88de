"""Optimizer wrappers."""
from .bfloat16_optim_wrapper import BFloat16OptimWrapper
from .layer_decay import LayerDecayConstructor

__all__ = ['BFloat16OptimWrapper', 'LayerDecayConstructor']
