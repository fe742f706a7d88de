"""The report's HTML parts."""
import base64
from html.parser import HTMLParser

import pytest

from mmcrossdistill.visualization import html_page

VOID = {'meta', 'img'}


class _Checker(HTMLParser):
    """Fails where a tag is closed that was not opened last."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_is_well_formed_and_self_contained():
    document = html_page.page(
        'A <report>',
        html_page.paragraph('hello', 'lead'),
        html_page.section(
            'Numbers',
            html_page.table(['metric', 'after'], [['mIoU', html_page.mark('+2.0', True)]], 'all'),
            html_page.definitions([('seed', '0 & 1')])),
        html_page.picture(b'png', 'a "picture"'))
    checker = _Checker()
    checker.feed(document)
    assert checker.open == []
    assert 'A &lt;report&gt;' in document and '0 &amp; 1' in document
    sources = [attrs['src'] for tag, attrs in checker.seen if tag == 'img']
    assert [base64.b64decode(s.removeprefix('data:image/png;base64,')) for s in sources] == [b'png']
    assert not any(tag in ('script', 'link') for tag, _ in checker.seen)


def test_a_row_must_fit_the_header():
    with pytest.raises(ValueError, match='does not fit'):
        html_page.table(['a', 'b'], [['1']])
