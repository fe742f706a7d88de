"""Recognising layouts."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.backbones.checkpoint_layout import Layout, translate_names

LAYOUTS = (
    Layout('first', r'a\.0', renames=((r'^a', 'b'), (r'^b', 'c')), unused=r'head\.'),
    Layout('second', r'a\.1'))
X, Y = torch.zeros(1), torch.ones(1)


def test_the_first_layout_found_counts_and_all_its_rules_apply_in_order() -> None:
    state = {'net.a.0': X, 'net.a.1': Y, 'net.head.a': X, 'net.z': Y, 'text.a.1': X}
    assert translate_names(state, LAYOUTS, 'x.pth') == {'c.0': X, 'c.1': Y, 'z': Y}


def test_a_later_layout() -> None:
    assert translate_names({'a.1': X, 'head.a': Y}, LAYOUTS, 'x.pth') == {'a.1': X, 'head.a': Y}


def test_an_unknown_layout_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"x\.pth has none .*first, second.*'q\.a\.2'"):
        translate_names({'q.a.2': X}, LAYOUTS, 'x.pth')


def test_several_encoders_in_one_file_are_refused() -> None:
    with pytest.raises(ValueError, match=r"several encoders .*first.*'left\.', 'right\.'"):
        translate_names({'left.a.0': X, 'right.a.0': Y}, LAYOUTS, 'x.pth')
