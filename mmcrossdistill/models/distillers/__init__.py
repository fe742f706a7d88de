"""Distillers: one file per method."""
from .base_distiller import DIRECTIONS, BaseDistiller
from .collaborative_distiller import CollaborativeDistiller
from .self_distiller import SelfDistiller

__all__ = ['DIRECTIONS', 'BaseDistiller', 'CollaborativeDistiller', 'SelfDistiller']
