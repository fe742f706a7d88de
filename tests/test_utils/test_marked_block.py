"""Generated blocks in documents."""
from __future__ import annotations

import pytest

from mmcrossdistill.utils.marked_block import markers, replace_block


def test_only_the_block_changes_and_twice_is_once() -> None:
    begin, end = markers('results')
    assert (begin, end) == ('<!-- results:begin -->', '<!-- results:end -->')
    text = f'# Title\n{begin}\nstale\n{end}\nrest\n'
    once = replace_block(text, 'results', 'new')
    assert once == f'# Title\n{begin}\nnew\n{end}\nrest\n'
    assert replace_block(once, 'results', 'new') == once


@pytest.mark.parametrize('text', ['# Title\n', '<!-- results:end --> <!-- results:begin -->'])
def test_a_document_without_markers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='results:begin'):
        replace_block(text, 'results', 'new')
