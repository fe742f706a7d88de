"""Hooks."""
from .gradient_direction_hook import GradientDirectionHook
from .throughput_hook import ThroughputHook

__all__ = ['GradientDirectionHook', 'ThroughputHook']
