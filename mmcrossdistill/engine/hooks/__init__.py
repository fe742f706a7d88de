"""Hooks."""
from .gradient_direction_hook import GradientDirectionHook
from .record_selection_hook import RecordSelectionHook
from .schedule_self_distill_hook import ScheduleSelfDistillHook
from .seed_epoch_hook import SeedEpochHook
from .throughput_hook import ThroughputHook
from .voxel_grid_hook import VoxelGridHook

__all__ = [
    'GradientDirectionHook', 'RecordSelectionHook', 'ScheduleSelfDistillHook', 'SeedEpochHook',
    'ThroughputHook', 'VoxelGridHook']
