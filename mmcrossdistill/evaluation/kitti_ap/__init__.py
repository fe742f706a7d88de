"""KITTI's average precision, by the rules of its official evaluator, without CUDA."""
from .overlaps import KINDS
from .precision import RECALL_POSITIONS, evaluate
from .rules import CLASS_RULES, DIFFICULTIES

__all__ = ['CLASS_RULES', 'DIFFICULTIES', 'KINDS', 'RECALL_POSITIONS', 'evaluate']
