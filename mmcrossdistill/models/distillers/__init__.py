"""Distillers: one file per method."""
from .base_distiller import DIRECTIONS, BaseDistiller
from .collaborative_distiller import CollaborativeDistiller

__all__ = ['DIRECTIONS', 'BaseDistiller', 'CollaborativeDistiller']
