"""Data preprocessors."""
from .distill_data_preprocessor import DistillDataPreprocessor

__all__ = ['DistillDataPreprocessor']
