"""Extensions of the MMEngine runner."""
from . import hooks

__all__ = ['hooks']
