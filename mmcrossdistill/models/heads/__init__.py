"""Heads: what turns pairs into losses, and features into what a loss compares."""
from .contrast_head import ContrastHead
from .dino_head import DINOHead
from .distill_head import DistillHead

__all__ = ['ContrastHead', 'DINOHead', 'DistillHead']
