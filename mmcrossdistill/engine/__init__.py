"""Extensions of the MMEngine runner."""
from . import hooks, optim_wrappers

__all__ = ['hooks', 'optim_wrappers']
