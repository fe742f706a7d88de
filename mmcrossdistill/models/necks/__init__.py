"""Between an encoder and the head of another library."""
from .batch_norm_neck import BatchNormNeck

__all__ = ['BatchNormNeck']
