"""Convolutions over occupied voxels: one interface, spconv on CUDA, else our own back end."""
from .modules import InverseConv3d, StridedConv3d, SubmanifoldConv3d
from .sparse_tensor import SparseTensor

__all__ = ['InverseConv3d', 'SparseTensor', 'StridedConv3d', 'SubmanifoldConv3d']
