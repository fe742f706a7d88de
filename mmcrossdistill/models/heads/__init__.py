"""Heads: what turns pairs into losses, and features into what a loss compares."""
from .dino_head import DINOHead
from .distill_head import DistillHead

__all__ = ['DINOHead', 'DistillHead']
