"""Samplers: which pairs of a batch a loss sees."""
from .pair_sampler import PairSampler

__all__ = ['PairSampler']
