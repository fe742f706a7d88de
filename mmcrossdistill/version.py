"""The version, in one place: setup.py and the documentation read it here."""
from __future__ import annotations

__version__ = '0.1.0'
