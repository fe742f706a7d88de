"""Heads: what turns pairs into losses."""
from .distill_head import DistillHead

__all__ = ['DistillHead']
