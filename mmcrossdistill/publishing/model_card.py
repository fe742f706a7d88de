"""The page that travels with published weights."""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mmcrossdistill.version import __version__

from .export import Export
from .source import Source

_TAGS = {'timm': 'timm', 'Hugging Face Dinov2': 'transformers'}
_RUN = {'experiment_name': 'run', 'time': 'saved', 'epoch': 'epochs', 'iter': 'steps',
        'seed': 'seed'}
# MMEngine writes its version and the commit that it ran in, or 'unknown', as one word.
_MMENGINE = re.compile(r'(?P<version>.+?)((?P<commit>[0-9a-f]{40})|unknown)?')


def write_card(source: Source, export: Export) -> str:
    """Make the model card from the meta of the run.

    Args:
        source: of the encoder.
        export: what the card describes.

    Returns:
        Markdown with the hub's header; no licence is claimed: it follows the weights that the run
        started from.
    """
    name = source.meta.get('experiment_name', source.checkpoint)
    header = ['---', 'tags:', '- mmcrossdistill']
    if source.name == 'backbone_2d':
        header.append('- image-feature-extraction')
    if export.library in _TAGS:
        header.insert(1, f'library_name: {_TAGS[export.library]}')
    rows = [('encoder', f'`{type(source.encoder).__name__}` of mmcrossdistill {__version__}'),
            ('settings', f'`{dict(source.cfg)}`'), ('config', f'`{source.config}`'),
            ('checkpoint', f'`{source.checkpoint}`')]
    rows += [(title, f'{source.meta[key]}') for key, title in _RUN.items() if key in source.meta]
    rows += _made_with(source.meta)
    if hasattr(source.encoder, 'feature'):
        where = 'after' if source.encoder.feature == 'norm' else 'before'
        rows.append(('features', f'patch tokens of the last block, {where} the final norm'))
    if source.name == 'backbone_2d' and source.image_size:
        rows.append(('image size', f'{source.image_size[0]} x {source.image_size[1]} (H x W)'))
        rows.append(('RGB mean, std (0-255)', f'{source.mean}, {source.std}'))
    classes = (source.meta.get('dataset_meta') or {}).get('classes')
    if classes:
        rows.append(('classes of the data set', ', '.join(classes)))
    table = ['| | |', '|---|---|', *(f'| {title} | {text} |' for title, text in rows)]
    parts = ['\n'.join([*header, '---']), f'# {name}',
             f'An encoder trained with mmcrossdistill, for {export.library}.', '\n'.join(table),
             f'```python\n{export.usage}```', *export.notes]
    if 'cfg' in source.meta:
        parts += ['## Config of the run', f'```python\n{source.meta["cfg"]}\n```']
    return '\n\n'.join(parts) + '\n'


def _made_with(meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tell MMEngine's version, and the commit of the repository where a run has one."""
    if 'mmengine_version' not in meta:
        return []
    found = _MMENGINE.fullmatch(meta['mmengine_version'])
    commit = [('commit', f'`{found["commit"]}`')] if found['commit'] else []
    return [*commit, ('MMEngine', found['version'])]
