"""Hooks."""
from .gradient_direction_hook import GradientDirectionHook
from .record_selection_hook import RecordSelectionHook
from .schedule_self_distill_hook import ScheduleSelfDistillHook
from .throughput_hook import ThroughputHook

__all__ = [
    'GradientDirectionHook', 'RecordSelectionHook', 'ScheduleSelfDistillHook', 'ThroughputHook']
