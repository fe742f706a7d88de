"""Losses."""
from .distill_loss import DistillLoss

__all__ = ['DistillLoss']
