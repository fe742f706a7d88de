"""Collaborative Distillation (CD)."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader

from mmcrossdistill.registry import MODELS

from .base_distiller import BaseDistiller

_STAGE1_PARTS = ('backbone_2d.', 'projector_2d.', 'backbone_3d.', 'projector_3d.')


@MODELS.register_module()
class CollaborativeDistiller(BaseDistiller):
    """Both stages of LiDAR-anchored Collaborative Distillation.

    Stage 1 (``direction='image_to_lidar'``): the 2D encoder is frozen, the 3D encoder and its
    linear head learn on day-clear pairs (Eq. 1). Stage 2 (``'lidar_to_image'``): the weights of
    stage 1 are loaded, the 3D side is frozen and the 2D encoder learns on all conditions (Eq. 2).
    No layer is added between the stages, and there is no 2D head (Table J).

    Args:
        stage1_checkpoint: file written by stage 1; needed for 'lidar_to_image'.
        require_stage1: set to False to run 'lidar_to_image' from whatever the 3D side holds
            (Table 8 without stage 1, smoke tests, a direction schedule inside one run).
        kwargs: see :class:`BaseDistiller`.

    Raises:
        FileNotFoundError: at construction, if 'lidar_to_image' needs a stage-1 file and there is
            none.
    """

    def __init__(self, stage1_checkpoint: str | None = None, require_stage1: bool = True,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stage1_checkpoint = stage1_checkpoint
        if self.direction == 'lidar_to_image' and require_stage1:
            self._check_stage1_exists()

    def _check_stage1_exists(self) -> None:
        """Stop before any data is read when stage 1 is missing.

        Raises:
            FileNotFoundError: with the key to set and the command that makes the file.
        """
        path = self.stage1_checkpoint
        if path is None or ('://' not in path and not Path(path).is_file()):
            raise FileNotFoundError(
                f'stage 2 needs the checkpoint of stage 1, but model.stage1_checkpoint = {path!r} '
                'is not a file. Run stage 1 first (python tools/train.py configs/cd/stage1_*.py) '
                'and pass --cfg-options model.stage1_checkpoint=PATH')

    def init_weights(self) -> None:
        """Initialise, then load stage 1's weights over it."""
        super().init_weights()
        if self.stage1_checkpoint is not None:
            self.load_stage1(self.stage1_checkpoint)

    def load_stage1(self, path: str) -> None:
        """Load both branches from stage 1.

        Args:
            path: checkpoint file.

        Raises:
            ValueError: if the file does not hold exactly the branches of this model; lists keys.
        """
        checkpoint = CheckpointLoader.load_checkpoint(path, map_location='cpu')
        loaded = checkpoint.get('state_dict', checkpoint)
        own = self.state_dict()
        wanted = {name for name in own if name.startswith(_STAGE1_PARTS)}
        missing = sorted(wanted - loaded.keys())
        unknown = sorted(
            name for name in loaded if name.startswith(_STAGE1_PARTS) and name not in wanted)
        misfit = sorted(
            f'{name} {tuple(loaded[name].shape)} for {tuple(own[name].shape)}'
            for name in wanted & loaded.keys() if loaded[name].shape != own[name].shape)
        if missing or unknown or misfit:
            raise ValueError(
                f'{path} is not a stage-1 checkpoint of this model: {_head("missing", missing)}'
                f'{_head("unknown", unknown)}{_head("of another shape", misfit)}use the stage-1 '
                'config that this stage-2 config was derived from')
        self.load_state_dict({name: loaded[name] for name in wanted}, strict=False)
        print_log(f'stage 1: {len(wanted)} tensors loaded from {path}', logger='current')


def _head(title: str, names: list[str], limit: int = 5) -> str:
    """First names of a list, for an error message."""
    if not names:
        return ''
    more = f' and {len(names) - limit} more' if len(names) > limit else ''
    return f'{len(names)} {title} ({", ".join(names[:limit])}{more}); '
