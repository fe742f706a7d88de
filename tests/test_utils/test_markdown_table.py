"""Tests of tables in Markdown."""
from __future__ import annotations

from mmcrossdistill.utils.markdown_table import markdown_table


def test_a_table_of_texts_and_one_of_numbers() -> None:
    assert markdown_table(['a', 'b'], [['x', 'y']]) == '| a | b |\n| --- | --- |\n| x | y |'
    assert markdown_table(['a', 'b', 'c'], [['x', '1', '2'], ['y', '3', '4']], numbers=True) == (
        '| a | b | c |\n| --- | ---: | ---: |\n| x | 1 | 2 |\n| y | 3 | 4 |')
