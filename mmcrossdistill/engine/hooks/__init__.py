"""Hooks."""
from .gradient_direction_hook import GradientDirectionHook

__all__ = ['GradientDirectionHook']
