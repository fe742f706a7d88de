"""Parts of a self-contained HTML report: no scripts, no files beside it."""
from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f6f7f9; color: #1c2430;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 36px 28px 80px; background: #fff; }
h1 { font-size: 28px; line-height: 1.25; margin: 0 0 6px; }
h2 { font-size: 20px; margin: 44px 0 10px; padding-top: 14px; border-top: 1px solid #e3e6ea; }
h3 { font-size: 16px; margin: 24px 0 6px; }
p, li { max-width: 860px; }
.lead { font-size: 17px; } .note { color: #5a6675; font-size: 14px; }
.warning { background: #fff5d6; border-left: 4px solid #d4a106; padding: 10px 14px; }
table { border-collapse: collapse; margin: 10px 0 6px; font-size: 14.5px; }
caption { text-align: left; color: #5a6675; font-size: 14px; padding-bottom: 4px; }
th, td { padding: 4px 11px; min-width: 62px; border-bottom: 1px solid #e9ecef; text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
th:first-child, td:first-child { min-width: 160px; text-align: left; padding-left: 4px; }
thead th { white-space: normal; vertical-align: bottom; border-bottom: 2px solid #c9d0d8; }
td.text { text-align: left; white-space: normal; }
.good { color: #11742f; font-weight: 600; } .bad { color: #b3261e; font-weight: 600; }
.scroll { overflow-x: auto; } figure { margin: 14px 0; }
figure img { max-width: 100%; height: auto; display: block; }
figcaption { color: #5a6675; font-size: 14px; margin-top: 5px; max-width: 860px; }
pre { background: #f6f7f9; padding: 12px 14px; overflow-x: auto; font: 13px/1.5 monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; font-size: 14.5px; }
dt { color: #5a6675; } dd { margin: 0; }
"""


def mark(text: str, good: bool) -> str:
    """Colour a short text.

    Args:
        text: plain text, escaped here.
        good: green if true, red if not.

    Returns:
        HTML.
    """
    return f'<span class="{"good" if good else "bad"}">{escape(text)}</span>'


def paragraph(text: str, kind: str = '') -> str:
    """Make a paragraph.

    Args:
        text: HTML; escape what is not yours.
        kind: ``''``, ``'lead'``, ``'note'`` or ``'warning'``.

    Returns:
        HTML.
    """
    return f'<p class="{kind}">{text}</p>' if kind else f'<p>{text}</p>'


def table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str = '') -> str:
    """Make a table whose first column names the row.

    Args:
        header: column titles, plain text.
        rows: cells, HTML as :func:`mark` makes it or plain text without markup.
        caption: plain text above the table.

    Returns:
        HTML.

    Raises:
        ValueError: if a row does not have one cell per column.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f'row {list(row)} does not fit the columns {list(header)}')
    head = ''.join(f'<th>{escape(title)}</th>' for title in header)
    body = '\n'.join(
        '<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>' for row in rows)
    title = f'<caption>{escape(caption)}</caption>' if caption else ''
    return (f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead>'
            f'<tbody>\n{body}\n</tbody></table></div>')


def picture(png: bytes, caption: str) -> str:
    """Embed a picture.

    Args:
        png: bytes of a PNG file.
        caption: plain text below it, also its alternative text.

    Returns:
        HTML.
    """
    data = base64.b64encode(png).decode('ascii')
    text = escape(caption, quote=True)
    return (f'<figure><img alt="{text}" src="data:image/png;base64,{data}">'
            f'<figcaption>{text}</figcaption></figure>')


def definitions(pairs: Sequence[tuple[str, str]]) -> str:
    """Make a list of names and values.

    Args:
        pairs: plain texts.

    Returns:
        HTML.
    """
    items = ''.join(f'<dt>{escape(name)}</dt><dd>{escape(value)}</dd>' for name, value in pairs)
    return f'<dl>{items}</dl>'


def section(title: str, *parts: str) -> str:
    """Put parts under a heading.

    Args:
        title: plain text.
        parts: HTML.

    Returns:
        HTML.
    """
    return '\n'.join((f'<section><h2>{escape(title)}</h2>', *parts, '</section>'))


def page(title: str, *parts: str) -> str:
    """Make the whole document.

    Args:
        title: plain text.
        parts: HTML of the body.

    Returns:
        A complete HTML document.
    """
    body = '\n'.join(parts)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n'
            f'<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n')
