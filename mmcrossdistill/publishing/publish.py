"""Writing the encoders of a checkpoint in the formats of other libraries."""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from mmengine.config import Config

from .export import CannotExpressError, Export
from .hf_dinov2_format import export_hf_dinov2
from .model_card import write_card
from .openmmlab_format import export_mmdet3d, export_mmpretrain
from .source import Source, read_sources
from .timm_format import export_timm

# Format -> encoder it takes and what makes it.
FORMATS: dict[str, tuple[str, Callable[[Source], Export]]] = {
    'timm': ('backbone_2d', export_timm),
    'hf_dinov2': ('backbone_2d', export_hf_dinov2),
    'mmpretrain': ('backbone_2d', export_mmpretrain),
    'mmdet3d': ('backbone_3d', export_mmdet3d),
}


def publish(
    cfg: Config, config: str, checkpoint: str, out: Path, formats: Sequence[str] | None = None,
    image_size: tuple[int, int] | None = None, say: Callable[[str], None] = print,
) -> list[Path]:
    """Write one folder per format; nothing is written if a format that was asked for is refused.

    Args:
        cfg: of the run or of a probe on its encoder.
        config: its path, for the cards.
        checkpoint: path.
        out: parent of the folders.
        formats: keys of :data:`FORMATS`; ``None`` for all that can express the encoders.
        image_size: (H, W) at which features shall be the same as ours, pixels; that of the config
            by default.
        say: takes lines on what was written or left out.

    Returns:
        The folders.

    Raises:
        CannotExpressError: naming everything that the formats cannot express.
        ConfigError: if the config has no encoder.
        FileNotFoundError: if there is no such checkpoint.
        ValueError: if weights or image size do not fit the encoder.
    """
    sources = read_sources(cfg, config, checkpoint)
    if image_size is not None:
        sources = {name: dataclasses.replace(source, image_size=image_size)
                   for name, source in sources.items()}
    exports: dict[str, tuple[Source, Export]] = {}
    refused: list[str] = []
    for name in formats or FORMATS:
        encoder, export = FORMATS[name]
        try:
            if encoder not in sources:
                raise CannotExpressError(f'{name} needs model.{encoder} in the config')
            exports[name] = sources[encoder], export(sources[encoder])
        except CannotExpressError as error:
            refused.append(str(error))
    if not exports or (formats and refused):
        raise CannotExpressError('; '.join(refused))
    for reason in refused:
        say(f'left out: {reason}')
    for name, (source, export) in exports.items():
        export.write(out / name, write_card(source, export))
        say(f'{name}: {out / name}')
    return [out / name for name in exports]
